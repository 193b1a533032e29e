import type { Operation } from '@holdfast/client';

/** What a script can tell from how a command ended; documented in docs/guides/command-line.md. */
export const EXIT = {
  ok: 0,
  /** The operation failed, the service refused, or `doctor` found a problem. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** The service, or the database, cannot be reached. */
  unreachable: 3,
  /** The operation had not ended in time. */
  timedOut: 4,
  /** The operation was canceled. */
  canceled: 5,
  /** Ctrl-C; as shells count it: 128 and the number of the signal. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The code for an operation as it is now: one that goes on is no failure. */
export function exitCodeOf({ status }: Pick<Operation, 'status'>): ExitCode {
  if (status === 'failed') return EXIT.failed;
  return status === 'canceled' ? EXIT.canceled : EXIT.ok;
}
