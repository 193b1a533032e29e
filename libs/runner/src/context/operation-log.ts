import type { ClaimedOperation, Log } from '@holdfast/kernel';

type Level = keyof Log;
const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** A log whose every line says which attempt of which operation it belongs to. */
export function logFor(log: Log, claimed: Pick<ClaimedOperation, 'id' | 'type' | 'attempt'>): Log {
  const about = { operationId: claimed.id, operationType: claimed.type, attempt: claimed.attempt };
  const line =
    (level: Level): Log[Level] =>
    (message, fields) =>
      log[level](message, { ...fields, ...about });
  return Object.fromEntries(LEVELS.map((level) => [level, line(level)])) as unknown as Log;
}
