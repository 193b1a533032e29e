import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import { type ClientHints, type Operation, parseTraceParent, type Refusal } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { outcomeOfRefusal } from '../names/idempotency-outcome.js';
import { bounded } from './bounded.js';
import { hintAttributes } from './hint-attributes.js';
import { linkTo, roleAttributes } from './links.js';
import { tellOperation } from './operation-attributes.js';
import { contextUnder, recordedContextOf, traceParentOf } from './span-context.js';

/** A request as its span begins. */
export interface RequestFacts {
  readonly method: string;
  /** Pattern of the path. The path itself stays out: it may hold a key. */
  readonly route: string;
  readonly scheme: string;
  readonly userAgent: string | undefined;
  readonly hints: ClientHints | null;
  /** True for requests about an operation that another one created. */
  readonly linksToCreation: boolean;
}

/** The span of one recorded request, filled in by those who answer it. */
export class RequestSpan {
  /** Where the request is in its trace: what it creates goes on from here. */
  readonly traceParent: string;

  constructor(
    private readonly span: Span,
    private readonly linksToCreation: boolean,
  ) {
    this.traceParent = traceParentOf(span.spanContext());
  }

  /** The answer is about this operation. */
  about(operation: Operation): void {
    tellOperation(this.span, operation).setAttribute(ATTRIBUTES.operationStatus, operation.status);
    const creation = this.linksToCreation ? recordedContextOf(operation.traceParent) : null;
    if (creation) this.span.addLink(linkTo('creation', creation)).setAttributes(roleAttributes('creation', [creation]));
  }

  /** The request is refused. */
  refused(refusal: Refusal): void {
    const { operationId, operationType } = refusal.context;
    this.span.setAttribute(ATTR_ERROR_TYPE, refusal.slug);
    this.outcome(outcomeOfRefusal(refusal));
    if (operationId !== undefined) this.span.setAttribute(ATTRIBUTES.operationId, operationId);
    if (operationType !== undefined) this.span.setAttribute(ATTRIBUTES.operationType, operationType);
  }

  /** The answer is out, or nobody is left to take it (`status` null); `replayed` where a key was decided on. */
  end(status: number | null, replayed: boolean | null): void {
    if (replayed !== null) this.outcome(replayed ? 'replayed' : 'created');
    if (status === null) this.span.setAttribute(ATTR_ERROR_TYPE, 'client_gone');
    else this.span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
    // The conventions leave a client's mistake unmarked on the server's side.
    if (status !== null && status >= 500) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }

  private outcome(outcome: string | null): void {
    if (outcome !== null) this.span.setAttribute(ATTRIBUTES.idempotencyOutcome, outcome);
  }
}

/** A tracer that makes no span of what nobody records. */
interface SparingTracer extends Tracer {
  startIfKept?(kind: SpanKind, within: Context, name: () => string): Span | SpanContext;
}

/** Starts the spans of requests, by the semantic conventions for HTTP servers. */
export class RequestSpans {
  constructor(private readonly tracer: SparingTracer) {}

  /**
   * `field`: the caller's `traceparent`, as it came. `factsOf` is only asked when the request is recorded; of one that is
   * not, and most requests of a sampled service are not, no more is made than its own `traceparent`.
   */
  start(field: string | string[] | undefined, factsOf: () => RequestFacts): RequestSpan | string {
    const within = field === undefined ? ROOT_CONTEXT : contextUnder(parseTraceParent(field)?.text ?? null);
    let known: RequestFacts | null = null;
    const name = () => nameOf((known = factsOf()));
    const started =
      this.tracer.startIfKept?.(SpanKind.SERVER, within, name) ??
      this.tracer.startSpan(name(), { kind: SpanKind.SERVER }, within);
    if (!('spanContext' in started)) return traceParentOf(started);
    if (!started.isRecording()) return traceParentOf(started.spanContext());
    const facts = known ?? factsOf();
    tellRequest(started, facts);
    return new RequestSpan(started, facts.linksToCreation);
  }
}

function nameOf({ method, route }: RequestFacts): string {
  return `${method} ${route}`;
}

function tellRequest(span: Span, { method, route, scheme, userAgent, hints }: RequestFacts): void {
  span
    .setAttribute(ATTR_HTTP_REQUEST_METHOD, method)
    .setAttribute(ATTR_HTTP_ROUTE, route)
    .setAttribute(ATTR_URL_SCHEME, scheme);
  if (userAgent !== undefined) span.setAttribute(ATTR_USER_AGENT_ORIGINAL, bounded(userAgent));
  if (hints) span.setAttributes(hintAttributes(hints));
}
