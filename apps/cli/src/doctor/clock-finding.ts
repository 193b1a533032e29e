import { duration } from '../view/duration.js';
import { type Finding, ok, warning } from './finding.js';

/** More than this is no delay on the way, in ms. */
const TOLERATED_MS = 2_000;

/** How far a clock is from ours. Nothing that is stored depends on ours; what people read beside it does. */
export function clockFinding(whose: string, differenceMs: number): Finding {
  const about = 'clock';
  const size = Math.abs(differenceMs);
  if (size <= TOLERATED_MS) return ok(about, `The clock of ${whose} and of this machine agree.`);
  const direction = differenceMs > 0 ? 'ahead of' : 'behind';
  return warning(
    about,
    `The clock of ${whose} is ${duration(size)} ${direction} that of this machine.`,
    'Let both keep time with NTP; --run-at and --deadline are compared with the database’s clock.',
  );
}
