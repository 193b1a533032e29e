import { context, ROOT_CONTEXT, type Span, type SpanContext, SpanKind, trace, type Tracer } from '@opentelemetry/api';
import {
  type AttemptView,
  type ClaimedOperation,
  type Clock,
  ENGINE_ERROR_CODES,
  isKept,
  type LostAttempt,
  type Settlement,
} from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { bounded } from './bounded.js';
import { attemptContext } from './attempt-ids.js';
import { withIds } from './chosen-ids.js';
import { decided } from './decision.js';
import { errorTypeOf, failSpan } from './end-span.js';
import { linkTo, roleAttributes } from './links.js';
import type { LivingSpans } from './living-spans.js';
import { processAttributes } from './operation-attributes.js';
import { contextUnder, spanContextOf } from './span-context.js';
import { tellPast } from './tell-past.js';

/** An attempt as far as its span needs to know it. */
type AnyAttempt = Pick<ClaimedOperation, 'id' | 'uuid' | 'type' | 'fence' | 'traceParent'>;

/** How an attempt whose worker is gone is said to have ended. */
const LOST = 'lose';

/**
 * The spans of attempts. Each is the root of a trace of its own: a retry may come hours after the creation, in another
 * process, and would stretch a trace that every backend has long closed. Links tie them to what they come from.
 */
export class AttemptSpans {
  constructor(
    private readonly tracer: Tracer,
    private readonly living: LivingSpans,
    private readonly clock: Clock,
  ) {}

  /** Runs an attempt under its span. */
  async watch(
    claimed: ClaimedOperation,
    run: () => Promise<Settlement | null>,
    view: AttemptView,
  ): Promise<Settlement | null> {
    // Not recorded, but still passed on: whoever the handler calls should drop its part of the trace, too.
    if (claimed.traceParent !== null && !isKept(claimed.traceParent)) {
      return context.with(contextUnder(claimed.traceParent), run);
    }
    const span = this.start(claimed);
    const within = trace.setSpan(ROOT_CONTEXT, span);
    if (!span.isRecording()) return context.with(within, run);
    span.setAttributes({ [ATTRIBUTES.attemptNumber]: claimed.attempt, [ATTRIBUTES.attemptMax]: claimed.maxAttempts });
    const told = claimed.fence > 1 ? tellPast(span, claimed, view) : Promise.resolve();
    const own = span.spanContext();
    this.living.begin(claimed.uuid, own);
    let settlement: Settlement | null = null;
    try {
      settlement = await context.with(within, run);
      return settlement;
    } catch (error) {
      failSpan(span, errorTypeOf(error));
      throw error;
    } finally {
      this.living.end(claimed.uuid, own, settlement);
      const stops = view.stops();
      tellEnd(span, settlement, stops);
      const endTime = this.clock.monotonicMs();
      // Whoever takes the operation over tells of a lost attempt, under the same ids; saying it twice would not help.
      if (settlement !== null || !stops.includes('lease_lost')) void told.finally(() => span.end(endTime));
    }
  }

  /** The span of an attempt that nobody else will tell of, because its worker is gone; null when it is not recorded. */
  tellLost(attempt: LostAttempt): SpanContext | null {
    const span = this.start(attempt, attempt.claimedAt);
    if (!span.isRecording()) return null;
    span.setAttributes({ [ATTRIBUTES.attemptNumber]: attempt.number, [ATTRIBUTES.attemptOutcome]: LOST });
    failSpan(span, ENGINE_ERROR_CODES.workerLost);
    span.end();
    return span.spanContext();
  }

  private start(attempt: AnyAttempt, startTime?: Date): Span {
    const creation = spanContextOf(attempt.traceParent);
    const ids = attemptContext(attempt.uuid, attempt.fence);
    const previous = attempt.fence > 1 ? attemptContext(attempt.uuid, attempt.fence - 1) : null;
    const options = {
      root: true,
      kind: SpanKind.CONSUMER,
      links: [
        ...(creation ? [linkTo('creation', creation)] : []),
        ...(previous ? [linkTo('previous_attempt', previous)] : []),
      ],
      attributes: {
        ...processAttributes(attempt),
        [ATTRIBUTES.attemptFence]: attempt.fence,
        ...(creation ? roleAttributes('creation', [creation]) : {}),
        ...(previous ? roleAttributes('previous_attempt', [previous]) : {}),
      },
      ...(startTime ? { startTime } : {}),
    };
    // Without a creation that was traced, the sampler of the environment decides.
    const within = creation ? decided(ROOT_CONTEXT, isKept(attempt.traceParent)) : ROOT_CONTEXT;
    return withIds(ids, () => this.tracer.startSpan(bounded(`process ${attempt.type}`), options, within));
  }
}

function tellEnd(span: Span, settlement: Settlement | null, stops: readonly string[]): void {
  const outcome = settlement?.event ?? stops.at(-1);
  if (outcome !== undefined) span.setAttribute(ATTRIBUTES.attemptOutcome, outcome);
  if (settlement?.event === 'suspend' && settlement.waiting) {
    span.setAttribute(ATTRIBUTES.waitingFor, settlement.waiting.reason);
  }
  // A cancel is what somebody asked for, and no error.
  if (settlement?.event === 'retry' || settlement?.event === 'fail') failSpan(span, settlement.error.code);
  else if (settlement === null && outcome !== undefined) failSpan(span, outcome);
}
