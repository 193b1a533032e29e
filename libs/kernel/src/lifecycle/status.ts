/** The five words an operation's status can be, exactly as they stand on the wire. No terminal word is ever added. */
export const STATUSES = ['pending', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type Status = (typeof STATUSES)[number];

/** The status of an operation that has just been created. */
export const INITIAL_STATUS = 'pending' satisfies Status;

/** True while an operation waits for a worker to take it, now or when it is due. */
export function awaitsClaim(status: Status): boolean {
  return status === INITIAL_STATUS;
}

/** Statuses a poller may stop at. `failed` is left again only by an explicit resume. */
export const TERMINAL_STATUSES = ['succeeded', 'failed', 'canceled'] as const satisfies readonly Status[];
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** Statuses from which an operation still moves by itself. */
export const LIVE_STATUSES = ['pending', 'running'] as const satisfies readonly Status[];

export function isTerminal(status: Status): status is TerminalStatus {
  return (TERMINAL_STATUSES as readonly Status[]).includes(status);
}

/** Why a pending operation is not running yet. Waiting is never a status of its own. */
export const WAITING_REASONS = ['retry', 'schedule', 'timer', 'signal', 'child'] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];
