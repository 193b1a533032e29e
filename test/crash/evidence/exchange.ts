/** What a client asks for. `probe` reads an operation of another tenant. */
export type Action = 'create' | 'get' | 'find' | 'cancel' | 'resume' | 'signal' | 'erase' | 'probe';

/** A request as the client wrote it down before it was sent. */
export interface Sent {
  readonly n: number;
  readonly action: Action;
  readonly tenant: string;
  /** Key of a create or look-up; else that of the operation the client believes to be asking about. */
  readonly key: string;
  /** Operation that is asked about; null where the key says it. */
  readonly uuid: string | null;
  /** Key of a resume or a signal itself; null for other requests. */
  readonly ownKey: string | null;
  /** What is sent along, as text; null for requests without a body. */
  readonly body: string | null;
}

/** What it was told. A request without an answer has an unknown effect, and so has one with an answer of 5xx. */
export interface Answered {
  readonly n: number;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly uuid: string | null;
  /** The operation's version, out of the `ETag`; null where there is none. */
  readonly version: number | null;
  readonly operationStatus: string | null;
  /** The operation's `attempt.number`; null where no operation was told of. */
  readonly attempt: number | null;
  readonly cancelRequested: boolean;
  /** The result as JSON text, the code of the operation's error or of the refusal; null while there is neither. */
  readonly outcome: string | null;
  readonly replayed: boolean;
}

/** One request from the first to the last that the client knows of it. */
export interface Exchange extends Sent {
  /** Position in the history. */
  readonly sentAt: number;
  /** Position in the history; Infinity when it was never answered. */
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
