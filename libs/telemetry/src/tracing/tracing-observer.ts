import { type Span, type SpanContext, SpanKind, type Tracer } from '@opentelemetry/api';
import {
  type AttemptView,
  type ClaimedOperation,
  type Clock,
  type LostAttempt,
  type NewOperation,
  type ObservedDecision,
  type ObservedRequest,
  type ObservedSignal,
  type Observer,
  type Operation,
  type Settlement,
  type StepId,
  type SweepCounts,
} from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { AttemptSpans } from './attempt-spans.js';
import { batchSpan, MEMBERS_MAX } from './batch-span.js';
import { creationSpan } from './creation-span.js';
import { endWith } from './end-span.js';
import { linkTo, roleAttributes } from './links.js';
import { LivingSpans } from './living-spans.js';
import { replaySpan } from './replay-span.js';
import { signalSpan } from './signal-span.js';
import { traceParentOf } from './span-context.js';
import { stepSpan } from './step-span.js';

/** Makes a span of every moment of work. One file a kind of span; this one only says which moment is which. */
export class TracingObserver implements Observer {
  private readonly living = new LivingSpans();
  private readonly attempts: AttemptSpans;
  /** What the sweep that is under way has found lost. */
  private found: SpanContext[] = [];

  constructor(
    private readonly tracer: Tracer,
    private readonly clock: Clock,
  ) {
    this.attempts = new AttemptSpans(tracer, this.living, clock);
  }

  creation(
    operation: NewOperation,
    store: (operation: NewOperation) => Promise<Operation | null>,
  ): Promise<Operation | null> {
    return creationSpan(this.tracer, operation, store);
  }

  decision<Made extends ObservedDecision>(request: ObservedRequest, decide: () => Promise<Made>): Promise<Made> {
    const startTime = this.clock.monotonicMs();
    return decide().then((made) => {
      if (made.replayed) replaySpan(this.tracer, request, made.operation, startTime);
      return made;
    });
  }

  signal<Result>(signal: ObservedSignal, send: (traceParent: string | null) => Promise<Result>): Promise<Result> {
    const span = signalSpan(this.tracer, signal);
    return endWith(span, () => send(traceParentOf(span.spanContext())));
  }

  attempt(
    claimed: ClaimedOperation,
    run: () => Promise<Settlement | null>,
    view: AttemptView,
  ): Promise<Settlement | null> {
    return this.attempts.watch(claimed, run, view);
  }

  lost(attempts: readonly LostAttempt[]): void {
    this.found.push(...attempts.flatMap((attempt) => this.attempts.tellLost(attempt) ?? []));
  }

  endedAlone(): void {}

  retired(): void {}

  /** The batch that sends it has a span. */
  statement<Result>(_: string, run: () => Promise<Result>): Promise<Result> {
    return run();
  }

  step<Result>(claimed: ClaimedOperation, id: StepId, run: () => Promise<Result>): Promise<Result> {
    return stepSpan(this.tracer, claimed, id, run);
  }

  async sweep<Report extends SweepCounts>(run: () => Promise<Report>): Promise<Report> {
    const span = this.tracer.startSpan('sweep', { root: true, kind: SpanKind.INTERNAL });
    this.found = [];
    const report = await run();
    tellSweep(span, report, this.found);
    return report;
  }

  batch<Result>(statement: string, items: readonly object[], run: () => Promise<Result[]>): Promise<Result[]> {
    return batchSpan(this.tracer, statement, items, { run, living: this.living });
  }
}

/** A sweep that found nothing is not worth a span: there is one every few seconds. A span never ended is never sent. */
function tellSweep(span: Span, report: SweepCounts, found: readonly SpanContext[]): void {
  const { lostWorkers, requeued, ended } = report;
  if (lostWorkers + requeued + ended === 0) return;
  const members = found.slice(0, MEMBERS_MAX);
  span.addLinks(members.map((member) => linkTo('member', member)));
  span.setAttributes({
    [ATTRIBUTES.sweepLostWorkers]: lostWorkers,
    [ATTRIBUTES.sweepRequeued]: requeued,
    [ATTRIBUTES.sweepEnded]: ended,
    ...roleAttributes('member', members),
  });
  span.end();
}
