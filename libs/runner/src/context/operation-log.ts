import { type ClaimedOperation, type Log, parseTraceParent, type TraceUrl } from '@holdfast/kernel';

type Level = Exclude<keyof Log, 'tellsDebug'>;
const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

type Logged = Pick<ClaimedOperation, 'id' | 'type' | 'attempt' | 'traceParent'>;

/**
 * A log whose every line says which attempt of which operation it belongs to. Lines about a failure – warnings, errors,
 * and whatever brings a stack – link its trace, where `traceUrl` knows a place for traces and it is recorded.
 */
export function logFor(log: Log, claimed: Logged, traceUrl: TraceUrl | null = null): Log {
  const about = { operationId: claimed.id, operationType: claimed.type, attempt: claimed.attempt };
  const link = linkOf(claimed, traceUrl);
  const line =
    (level: Level): Log[Level] =>
    (message, fields) => {
      const isFailure = level === 'warn' || level === 'error' || fields?.['stack'] !== undefined;
      log[level](message, { ...fields, ...about, ...(isFailure ? link : {}) });
    };
  return Object.fromEntries(LEVELS.map((level) => [level, line(level)])) as unknown as Log;
}

function linkOf({ id, traceParent }: Logged, traceUrl: TraceUrl | null): { readonly trace?: string } {
  const trace = parseTraceParent(traceParent ?? undefined);
  return traceUrl && trace?.sampled ? { trace: traceUrl({ traceId: trace.traceId, operationId: id }) } : {};
}
