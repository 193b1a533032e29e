import { HoldfastError, ProblemError, UnreachableError, WaitTimeoutError } from '@holdfast/client';
import { ERROR_CATALOGUE, type ErrorSlug } from '@holdfast/kernel';
import { EXIT, type ExitCode } from './exit-code.js';
import { Interrupted, Mistake } from './mistake.js';

/** How a command that did not succeed is told: its lines, the first one the headline, and its exit code. */
export interface Explanation {
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

/** What to say of anything that was thrown: what happened, and what to do about it. */
export function explain(error: unknown, url: string): Explanation {
  if (error instanceof Interrupted) return { lines: [], exitCode: EXIT.interrupted };
  if (error instanceof Mistake) {
    return { lines: [error.message, ...(error.remedy ? [error.remedy] : [])], exitCode: error.exitCode };
  }
  if (error instanceof WaitTimeoutError) {
    const again = `It goes on. Wait again: holdfast wait ${error.operationId}`;
    return { lines: [error.message, again], exitCode: EXIT.timedOut };
  }
  if (error instanceof UnreachableError) return unreachable(error, url);
  if (error instanceof ProblemError) return refused(error);
  // What the client calls out of range was typed here: a key, an identity or a token.
  if (error instanceof RangeError) return { lines: [error.message], exitCode: EXIT.usage };
  if (error instanceof HoldfastError) return { lines: [error.message], exitCode: EXIT.unreachable };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { lines: [`Something unexpected went wrong: ${text}`], exitCode: EXIT.failed };
}

function unreachable(error: UnreachableError, url: string): Explanation {
  const key = error.key === null ? [] : [`Nobody knows whether the request arrived: holdfast keys ${error.key}`];
  return {
    lines: [
      `There is no answer from Holdfast at ${url}: ${causeOf(error)}.`,
      'Is it running? `holdfast dev` starts one here; --url or HOLDFAST_URL names another.',
      ...key,
    ],
    exitCode: EXIT.unreachable,
  };
}

function causeOf(error: UnreachableError): string {
  const { cause } = error;
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const { code, message } = (inner ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' && message !== '' ? message : error.reason;
}

function refused(error: ProblemError): Explanation {
  const { problem, slug, code, message } = error;
  const known = Object.hasOwn(ERROR_CATALOGUE, slug) ? ERROR_CATALOGUE[slug as ErrorSlug] : null;
  return {
    lines: [
      `${known ? code : problem.error.code}: ${message}`,
      ...(problem.errors ?? []).map(({ pointer, detail }) => `  ${pointer || 'the body'} ${detail}`),
      ...(problem.mismatch ? [`It differs from the first request at ${problem.mismatch.join(', ')}.`] : []),
      ...(problem.operationId ? [`The operation: holdfast get ${problem.operationId}`] : []),
      ...(known ? [known.remedy, `More: ${problem.type}`] : []),
    ],
    exitCode: EXIT.failed,
  };
}
