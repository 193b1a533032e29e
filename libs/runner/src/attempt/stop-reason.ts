/** Why a handler is told to stop. These are the `code`s of `op.signal.reason`. */
export const STOP_CODES = [
  'canceled',
  'attempt_timeout',
  'deadline_exceeded',
  'lease_lost',
  'draining',
  'stray_error',
  'suspended',
  'race_lost',
] as const;
export type StopCode = (typeof STOP_CODES)[number];

const SENTENCES: Readonly<Record<StopCode, string>> = {
  canceled: 'The operation was asked to stop.',
  attempt_timeout: 'The attempt took longer than its type allows.',
  deadline_exceeded: 'The deadline of the operation has passed.',
  lease_lost: 'This worker no longer holds the operation.',
  stray_error: 'Something that the handler began has failed, and nobody caught it.',
  suspended: 'The handler was put to sleep; it is run again when its wait is over.',
  race_lost: 'Another branch of the race has won.',
  draining: 'This worker is shutting down; the operation will be run again.',
};

/**
 * The reason of an aborted `op.signal`. Its name is that of every abort on the platform, so that code which tells
 * aborts from failures by name needs to know nothing of us.
 */
export class StopError extends Error {
  override readonly name = 'AbortError';

  constructor(readonly code: StopCode) {
    super(SENTENCES[code]);
  }
}
