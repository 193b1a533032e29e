import type { Span, SpanContext } from '@opentelemetry/api';
import type { AttemptView, ClaimedOperation, OperationHistory } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { SPAN_EVENTS } from '../names/spans.js';
import { attemptContext } from './attempt-ids.js';
import { linkTo, roleAttributes } from './links.js';
import { isKept, spanContextOf } from './span-context.js';

/** Replays that one attempt links to at most, the newest ones. */
const REPLAYS_MAX = 16;

/**
 * Adds to the span of an attempt what has happened to its operation before: that the attempt before was lost with its
 * worker, and which requests were answered by replay meanwhile. It is read while the handler runs, which never waits
 * for it; when it cannot be read, the span goes without.
 */
export async function tellPast(span: Span, claimed: ClaimedOperation, view: AttemptView): Promise<void> {
  const past = await view.past().catch(() => null);
  if (!past) return;
  tellLostAttempt(span, claimed, past);
  const replays = past.requests
    .filter(({ outcome, traceParent }) => outcome === 'replayed' && isKept(traceParent))
    .slice(-REPLAYS_MAX)
    .map(({ traceParent }) => spanContextOf(traceParent))
    .filter((replay): replay is SpanContext => replay !== null);
  if (replays.length === 0) return;
  span.addLinks(replays.map((replay) => linkTo('replay', replay)));
  span.setAttributes(roleAttributes('replay', replays));
}

function tellLostAttempt(span: Span, { uuid, fence }: ClaimedOperation, { attempts }: OperationHistory): void {
  const lost = attempts.find((attempt) => attempt.fence === fence - 1 && attempt.outcome === 'lose');
  if (!lost) return;
  const { traceId, spanId } = attemptContext(uuid, lost.fence);
  span.addEvent(SPAN_EVENTS.attemptLost, {
    [ATTRIBUTES.attemptNumber]: lost.number,
    [ATTRIBUTES.attemptFence]: lost.fence,
    [ATTRIBUTES.linkPreviousAttempt]: `${traceId}:${spanId}`,
  });
}
