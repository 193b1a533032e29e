import { LIMITS } from '../limits.js';

/** Printable, because names stand in URLs, timelines and traces. */
const NAME = /^[\p{L}\p{N}\p{P}\p{S} ]+$/u;

/** What a step, a wait or a signal can be called: 1–128 printable characters. */
export function isStepName(text: string): boolean {
  return text.length <= LIMITS.stepNameLength && NAME.test(text);
}
