import type { Span } from '@opentelemetry/api';
import { type AttemptView, type ClaimedOperation, type OperationHistory } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { SPAN_EVENTS } from '../names/spans.js';
import { attemptContext } from './attempt-ids.js';
import { type LinkRole, linkTo, roleAttributes } from './links.js';
import { recordedContextOf } from './span-context.js';

/** Links of one role that one attempt has at most, to the newest. */
const LINKS_MAX = 16;

/**
 * Adds to the span of an attempt what has happened to its operation before: that the attempt before was lost with its
 * worker, which requests were answered by replay meanwhile, which signals came, and who resumed it. It is read while
 * the handler runs, which never waits for it; when it cannot be read, the span goes without.
 */
export async function tellPast(span: Span, claimed: ClaimedOperation, view: AttemptView): Promise<void> {
  const past = await view.past().catch(() => null);
  if (!past) return;
  tellLostAttempt(span, claimed, past);
  tellLinks(
    span,
    'replay',
    past.requests.filter(({ outcome }) => outcome === 'replayed'),
  );
  tellLinks(span, 'signal', past.signals);
  tellLinks(span, 'resume', past.resumes);
}

function tellLinks(span: Span, role: LinkRole, causes: readonly { readonly traceParent?: string | null }[]): void {
  const contexts = causes.flatMap(({ traceParent = null }) => recordedContextOf(traceParent) ?? []).slice(-LINKS_MAX);
  if (contexts.length === 0) return;
  span.addLinks(contexts.map((context) => linkTo(role, context)));
  span.setAttributes(roleAttributes(role, contexts));
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
