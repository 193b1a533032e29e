/**
 * What one connection may cost. Fastify leaves `requestTimeout` at 0 and Node checks its timeouts every 30 s, so all of
 * it is set here. Times in ms.
 */
export const CONNECTION_LIMITS = {
  /** From the first byte of a request to its last header: a slow header never holds a socket longer. */
  headersTimeoutMs: 20_000,
  /** From the first byte of a request to the last of its body; a held answer (`Prefer: wait`) does not count. */
  requestTimeoutMs: 60_000,
  /** How often the two above are looked at, hence by how much they may be exceeded. */
  checkIntervalMs: 5_000,
  /** Longer than the 60 s after which common load balancers drop an idle connection, so that they close first. */
  keepAliveTimeoutMs: 72_000,
  /** No byte in either direction: a client that does not read its answer. Above the longest wait and the idle time. */
  socketTimeoutMs: 120_000,
  /** Request line and headers together, in bytes; more is 431. A key has 255 characters, trace context about 600. */
  headerBytes: 16_384,
  /** Sockets of one process; further ones are closed at once instead of starving those that are being served. */
  sockets: 10_000,
  /** Characters of one path segment: a signal name of 128 characters, each of them three encoded bytes, and some more. */
  pathSegment: 1_280,
} as const;
