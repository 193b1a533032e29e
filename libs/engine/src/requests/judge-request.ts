import { type JsonValue, type KeptAnswer, type KnownRequest, mismatchPointers, Refusal } from '@holdfast/kernel';

/** What a request looks like to whoever compares it with an earlier one. */
export interface Fingerprinted {
  readonly fingerprint: Buffer;
  readonly request: string | null;
}

/** What is to be done about a request whose key is known. */
export type Verdict =
  | { readonly kind: 'replay'; readonly answer: KeptAnswer }
  /** Its process died in the middle, and it may run again. */
  | { readonly kind: 'run' }
  /** Somebody executes it at this moment. */
  | { readonly kind: 'in-flight' };

/**
 * Judges a request by what is known of its key. Refuses with `idempotency-key-reused` what is another request, first of
 * all; with `idempotency-answer-not-kept` one whose answer was too large; with `idempotency-outcome-unknown` one that
 * was left behind and must not run again.
 */
export function judgeRequest(asked: Fingerprinted, known: KnownRequest): Verdict {
  refuseOther(asked, known);
  const { answer, leftBehind, reruns } = known;
  if (answer?.body) return { kind: 'replay', answer };
  if (answer) {
    throw new Refusal('idempotency-answer-not-kept', `It was answered with status ${answer.status}, and not kept.`);
  }
  if (!leftBehind) return { kind: 'in-flight' };
  if (reruns) return { kind: 'run' };
  throw new Refusal('idempotency-outcome-unknown');
}

/** Refuses with `idempotency-key-reused`, and tells where the two differ as far as both were kept. */
export function refuseOther(asked: Fingerprinted, known: Fingerprinted): void {
  if (asked.fingerprint.equals(known.fingerprint)) return;
  const both = asked.request !== null && known.request !== null;
  const [stored, incoming] = [known.request, asked.request].map((text) => JSON.parse(text ?? 'null') as JsonValue);
  throw new Refusal('idempotency-key-reused', undefined, {
    mismatch: both ? mismatchPointers(stored as JsonValue, incoming as JsonValue) : [],
  });
}
