/** What a client asks for. `probe` reads an operation of another tenant. */
export type Action = 'create' | 'get' | 'find' | 'erase' | 'probe';

/** A request as the client wrote it down before it was sent. */
export interface Sent {
  readonly n: number;
  readonly action: Action;
  readonly tenant: string;
  /** Key of a create or look-up; else that of the operation the client believes to be reading. */
  readonly key: string;
  /** Operation that is read; null where the key says it. */
  readonly uuid: string | null;
  /** What a create asks for, as text; null for other requests. */
  readonly body: string | null;
}

/** What it was told. A request without an answer has an unknown effect, and so has one with an answer of 5xx. */
export interface Answered {
  readonly n: number;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly uuid: string | null;
  readonly operationStatus: string | null;
  /** The result as JSON text, the code of the operation's error or of the refusal; null while there is neither. */
  readonly outcome: string | null;
  readonly replayed: boolean;
}

/** One request from the first to the last that the client knows of it. Times are positions in the history. */
export interface Exchange extends Sent {
  readonly sentAt: number;
  /** Infinity when it was never answered. */
  readonly answeredAt: number;
  readonly answer: Answered | null;
}

/** A definite answer that the request was carried out. */
export function isAccepted({ answer }: Exchange): boolean {
  return answer !== null && answer.status >= 200 && answer.status < 300;
}

/** The client cannot know whether the request was carried out (DESIGN, trap 6). */
export function isUnknown({ answer }: Exchange): boolean {
  return answer === null || answer.status === 0 || answer.status >= 500;
}
