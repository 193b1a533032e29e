/** The fixed limits of the contract. They are published and never lowered: a replay must always fit (CONTRACT §3). */
export const LIMITS = {
  bodyBytes: 1_048_576,
  jsonDepth: 128,
  keyLength: 255,
  labels: 20,
  labelNameLength: 64,
  labelValueLength: 256,
  priorityMin: -100,
  priorityMax: 100,
  waitSeconds: 30,
  pageSize: 200,
  pageSizeDefault: 50,
  /** Creates of one batch. */
  batchItems: 500,
  /** Bytes of JSON a handler may return. */
  resultBytes: 1_048_576,
  /** Bytes of JSON a step may return. */
  stepBytes: 1_048_576,
  stepNameLength: 128,
  /** Bytes of JSON of one progress report. */
  progressBytes: 16_384,
  /** Characters of a stored error message. */
  errorMessageLength: 2_000,
  /** Bytes of JSON of error details. */
  errorDetailsBytes: 16_384,
} as const;
