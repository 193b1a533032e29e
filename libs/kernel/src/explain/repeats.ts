import { at, row, type Row } from './sentence.js';

interface Before {
  readonly attempt: number;
  readonly errorCode: string | null;
  readonly worker: string | null;
  readonly delayMs: number | null;
  readonly because: string | null;
}

const after = ({ delayMs }: Before) => (delayMs === null ? '' : `, ${delayMs} ms after it`);

/** What an attempt after the first can be for. */
const retries = {
  attempt_failed: row(
    'The attempt before failed, and there were attempts left.',
    (before: Before) =>
      `Attempt ${before.attempt} follows one that failed with ${before.errorCode ?? 'an unknown error'}${after(before)}.`,
  ),
  lease_lost: row(
    'The worker of the attempt before stopped renewing its lease.',
    (before: Before) =>
      `Attempt ${before.attempt} follows one whose worker ${before.worker ?? '(unknown)'} lost its lease${after(before)}.`,
  ),
  resumed: row(
    'The operation had failed, and somebody resumed it.',
    (before: Before) =>
      `Attempt ${before.attempt} follows a resume of the failed operation` +
      `${before.because === null ? '' : ` («${before.because}»)`}${after(before)}.`,
  ),
} as const;

interface Asked {
  readonly createdAt: Date;
  /** What the client said: its attempt, and why. */
  readonly attempt: number | null;
  readonly reason: string | null;
  readonly ended: string | null;
}

const told = ({ attempt, reason }: Asked) => {
  const said = [attempt === null ? '' : `attempt ${attempt}`, reason === null ? '' : `after ${reason}`];
  const words = said.filter((part) => part !== '').join(' ');
  return words === '' ? '' : ` The client called it ${words}.`;
};

/** How a request for an operation can have been answered. */
const requests = {
  created: row(
    'Its key was new: it created the operation.',
    (asked: Asked) => `Its key was new, so it created the operation.${told(asked)}`,
  ),
  replayed: row(
    'Its key had created the operation already, with the same request: nothing was begun.',
    (asked: Asked) =>
      `Its key had created the operation at ${at(asked.createdAt)} with the same request, so nothing was begun: ` +
      `it was answered with the operation as it was.${told(asked)}`,
  ),
  replayed_after_end: row(
    'The same, and the operation had ended as it is now.',
    (asked: Asked) =>
      `Its key had created the operation at ${at(asked.createdAt)} with the same request, and the operation had ` +
      `${asked.ended ?? 'ended'}: it was answered with that end.${told(asked)}`,
  ),
} as const;

export type RetryCode = keyof typeof retries;
export type RequestCode = keyof typeof requests;

export const RETRY_SENTENCES: Readonly<Record<RetryCode, Row<Before>>> = retries;
export const RETRY_CODES = Object.keys(retries) as RetryCode[];
export const REQUEST_SENTENCES: Readonly<Record<RequestCode, Row<Asked>>> = requests;
export const REQUEST_CODES = Object.keys(requests) as RequestCode[];
