import {
  type ClientHints,
  type ErrorSlug,
  isRefusal,
  type Log,
  type ObservedRequest,
  type Observer,
  unobserved,
} from '@holdfast/kernel';

/** Refusals that tell of a mistake in a client and are rare in a healthy system: worth a line in production. */
const TELLING: ReadonlySet<string> = new Set<ErrorSlug>(['idempotency-key-reused', 'idempotency-key-expired']);

/**
 * One line a decision, with the ids of the operation and of its trace. What goes well is at `debug`, because a line for
 * each of ten thousand operations a second would cost more than the work; what somebody may want to look into is at
 * `info` or above. Never keys, inputs, results or the messages of errors: those are the client's and the handler's.
 */
export function decisionLog(log: Log): Observer {
  return {
    ...unobserved,
    async decision(request, decide) {
      try {
        const made = await decide();
        const { id: operationId, type: operationType } = made.operation;
        const sentence = made.replayed ? 'A request was answered by replay.' : 'An operation was created.';
        log.debug(sentence, { operationId, operationType, ...saidBy(request) });
        return made;
      } catch (error) {
        if (isRefusal(error)) {
          const { slug: code, context } = error;
          const about = context.operationId === undefined ? {} : { operationId: context.operationId };
          log[TELLING.has(code) ? 'info' : 'debug']('A request was refused.', { code, ...about, ...saidBy(request) });
        }
        throw error;
      }
    },
    async attempt(claimed, run) {
      const settlement = await run();
      if (!settlement) return settlement;
      const { id: operationId, type: operationType, attempt, traceParent } = claimed;
      const { event } = settlement;
      const told = {
        operationId,
        operationType,
        attempt,
        event,
        ...('error' in settlement ? { code: settlement.error.code } : {}),
        ...('delayMs' in settlement && settlement.delayMs !== null ? { delayMs: Math.round(settlement.delayMs) } : {}),
        ...traceOf(traceParent),
      };
      if (event === 'fail') log.warn('An operation fails.', told);
      else if (event === 'retry') log.info('An attempt failed; it will be repeated.', told);
      else log.debug('An attempt ended.', told);
      return settlement;
    },
  };
}

function saidBy({ hints, traceParent }: ObservedRequest): object {
  return { ...hinted(hints), ...traceOf(traceParent) };
}

function hinted(hints: ClientHints | null | undefined): object {
  if (!hints) return {};
  const { attempt: clientAttempt, reason: clientReason } = hints;
  return { ...(clientAttempt ? { clientAttempt } : {}), ...(clientReason ? { clientReason } : {}) };
}

/** The trace id out of a `traceparent` (W3C Trace Context §3.2). */
function traceOf(traceParent: string | null): { readonly traceId?: string } {
  const traceId = traceParent?.split('-')[1];
  return traceId === undefined ? {} : { traceId };
}
