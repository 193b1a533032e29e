import { type ErrorSlug, Refusal } from '@holdfast/kernel';
import { type PlainAnswer, plainAnswer, problemAnswer } from './plain-answer.js';

/** What a process found when it was asked whether it can serve. */
export interface HealthChecks {
  readonly database: 'up' | 'down' | 'not-asked';
  readonly migrations: 'current' | 'unfit' | 'not-asked';
  readonly draining: boolean;
}

export interface HealthReport {
  readonly ready: boolean;
  readonly checks: HealthChecks;
  /** Why it is not ready, in one sentence; null when it is. */
  readonly reason: string | null;
}

/** Liveness: while the event loop turns, the answer is always the same one. */
export const LIVE_ANSWER: PlainAnswer = plainAnswer({ status: 'live' });

/** Readiness as 200, or as a problem document with 503 that also lists the checks. */
export function readyAnswer({ ready, checks, reason }: HealthReport, publicUrl: string): PlainAnswer {
  if (ready) return plainAnswer({ status: 'ready', checks });
  const slug: ErrorSlug = checks.draining ? 'draining' : 'database-unavailable';
  return problemAnswer(new Refusal(slug, reason ?? undefined), publicUrl, { checks });
}
