import { type Circumstances, type EndedAttempt, type RetryExplained, RETRY_SENTENCES } from '@holdfast/kernel';
import { dateAt } from '../timeline/moment.js';

/** What each attempt after the first was for, as far back as attempts are looked at. */
export function explainRetries(circumstances: Circumstances): RetryExplained[] {
  const { operation, attempts } = circumstances;
  return attempts.flatMap((ended, index) =>
    ended.number < operation.attempt ? [explainRetry(ended, attempts[index + 1] ?? null, circumstances)] : [],
  );
}

function explainRetry(
  ended: EndedAttempt,
  following: EndedAttempt | null,
  circumstances: Circumstances,
): RetryExplained {
  const at = beginOf(ended, following, circumstances);
  const endedAt = dateAt(ended.endedAt);
  const resume = circumstances.resumes.find(
    ({ requestedAt }) => requestedAt >= ended.endedAt && (!following || requestedAt <= following.endedAt),
  );
  const code = resume ? 'resumed' : ended.outcome === 'lose' ? 'lease_lost' : 'attempt_failed';
  const attempt = ended.number + 1;
  const delayMs = at === null ? null : Math.max(0, at.getTime() - endedAt.getTime());
  const { error, workerId: id, workerName: name } = ended;
  return {
    code,
    detail: RETRY_SENTENCES[code].say({
      attempt,
      errorCode: error?.code ?? null,
      worker: name ?? id,
      because: resume?.reason ?? null,
      delayMs,
    }),
    attempt,
    after: {
      attempt: ended.number,
      startedAt: dateAt(ended.startedAt),
      endedAt,
      error: error && { code: error.code, message: error.message, effect: error.effect },
      worker: id === null ? null : { id, name },
    },
    at,
    delayMs,
  };
}

/**
 * When the attempt after this one began, or is due. An attempt that slept was claimed several times and the row keeps the
 * latest claim; only the claim with the very next fence is its begin.
 */
function beginOf(
  ended: EndedAttempt,
  following: EndedAttempt | null,
  { fence, claimedAt, place }: Circumstances,
): Date | null {
  if (following) return following.fence === ended.fence + 1 ? dateAt(following.startedAt) : null;
  if (fence === ended.fence) return dateAt(place.runAt);
  return fence === ended.fence + 1 ? claimedAt : null;
}
