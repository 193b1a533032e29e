/** Structured log lines: a plain sentence and the fields that belong to it. Never payloads, keys or tokens. */
export interface Log {
  /** Whether `debug` goes anywhere, for who would make fields for nothing; absent where a log does not know. */
  readonly tellsDebug?: boolean;
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** For callers that want no output, such as tests of something else. */
export const silentLog: Log = { tellsDebug: false, debug() {}, info() {}, warn() {}, error() {} };
