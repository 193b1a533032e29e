import type { Status } from './operation.js';

/** An RFC 9457 problem document with the members of Holdfast (CONTRACT §4). */
export interface Problem {
  /** URL that ends in the slug and resolves to documentation. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly error: { readonly code: string; readonly message: string };
  /** May the very same request succeed later? */
  readonly retryable: boolean;
  /** Is it safe to send the request again with the same key? */
  readonly safeToRetryWithSameKey: boolean;
  readonly operationId?: string;
  readonly operationStatus?: Status;
  readonly purgedAt?: string;
  /** JSON pointers at which the request differs from the one the key was used for. */
  readonly mismatch?: readonly string[];
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** The problem in a body; null when it holds something else, such as the page of a proxy. */
export function asProblem(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null) return null;
  const { type, title, status, retryable } = body as Partial<Problem>;
  const isOne =
    typeof type === 'string' &&
    typeof title === 'string' &&
    typeof status === 'number' &&
    typeof retryable === 'boolean';
  return isOne ? (body as Problem) : null;
}

/** The last segment of a problem's `type`: what the catalogue calls it. */
export function slugOf({ type }: Pick<Problem, 'type'>): string {
  return type.slice(type.lastIndexOf('/') + 1);
}
