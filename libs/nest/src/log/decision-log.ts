import {
  type ClaimedOperation,
  type ClientHints,
  type ErrorSlug,
  isRefusal,
  type Log,
  type ObservedDecision,
  type ObservedRequest,
  type Observer,
  type Refusal,
  type Settlement,
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
  const tells = (level: Level) => level !== 'debug' || log.tellsDebug !== false;
  return {
    ...unobserved,
    async decision(request, decide) {
      try {
        const made = await decide();
        if (tells('debug')) tellDecision(log, request, made);
        return made;
      } catch (error) {
        if (isRefusal(error)) {
          const level = TELLING.has(error.slug) ? 'info' : 'debug';
          if (tells(level)) log[level]('A request was refused.', { ...refusedWith(error), ...saidBy(request) });
        }
        throw error;
      }
    },
    async attempt(claimed, run) {
      const settlement = await run();
      if (!settlement) return settlement;
      const [level, sentence] = ENDS[settlement.event] ?? ENDED;
      if (tells(level)) log[level](sentence, endOf(claimed, settlement));
      return settlement;
    },
  };
}

type Level = 'debug' | 'info' | 'warn';

const ENDED = ['debug', 'An attempt ended.'] as const;
const ENDS: Readonly<Partial<Record<Settlement['event'], readonly [Level, string]>>> = {
  fail: ['warn', 'An operation fails.'],
  retry: ['info', 'An attempt failed; it will be repeated.'],
};

function tellDecision(log: Log, request: ObservedRequest, { operation, replayed }: ObservedDecision): void {
  const { id: operationId, type: operationType } = operation;
  const sentence = replayed ? 'A request was answered by replay.' : 'An operation was created.';
  log.debug(sentence, { operationId, operationType, ...saidBy(request) });
}

function refusedWith({ slug: code, context: { operationId } }: Refusal): object {
  return { code, ...(operationId === undefined ? {} : { operationId }) };
}

function endOf(claimed: ClaimedOperation, settlement: Settlement): Readonly<Record<string, unknown>> {
  const { id: operationId, type: operationType, attempt, traceParent } = claimed;
  return {
    operationId,
    operationType,
    attempt,
    event: settlement.event,
    ...('error' in settlement ? { code: settlement.error.code } : {}),
    ...('delayMs' in settlement && settlement.delayMs !== null ? { delayMs: Math.round(settlement.delayMs) } : {}),
    ...traceOf(traceParent),
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
