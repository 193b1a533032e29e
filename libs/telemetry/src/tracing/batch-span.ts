import { ROOT_CONTEXT, type Span, SpanKind, type Tracer } from '@opentelemetry/api';
import {
  ATTR_DB_OPERATION_BATCH_SIZE,
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_SYSTEM_NAME,
} from '@opentelemetry/semantic-conventions';
import { ATTRIBUTES } from '../names/attributes.js';
import { decided } from './decision.js';
import { errorTypeOf, failSpan } from './end-span.js';
import { linkTo, roleAttributes } from './links.js';
import { contextOf, type FoundSpan, type LivingSpans } from './living-spans.js';

/** Links of one batch or sweep at most: its size says how many there are, and a backend shows no more than a few. */
export const MEMBERS_MAX = 8;

/**
 * A statement that carries the writes of many operations. It belongs to no single one of them, so it is a root that
 * links to them. It is recorded when one of them is, so that what is sampled away costs a look and no span.
 */
export function batchSpan<Result>(
  tracer: Tracer,
  statement: string,
  items: readonly object[],
  { run, living }: { readonly run: () => Promise<Result[]>; readonly living: LivingSpans },
): Promise<Result[]> {
  // Looked for before, because an attempt may be over when the statement is.
  const spans = items.map((item) => living.find(item));
  if (spans.every((span) => span === null)) return run();
  return runUnder(tracer, statement, spans, run);
}

async function runUnder<Result>(
  tracer: Tracer,
  statement: string,
  spans: readonly (FoundSpan | null)[],
  run: () => Promise<Result[]>,
): Promise<Result[]> {
  const span = tracer.startSpan(
    `batch ${statement}`,
    { root: true, kind: SpanKind.CLIENT, attributes: batchAttributes(statement, spans.length) },
    decided(ROOT_CONTEXT, true),
  );
  try {
    const results = await run();
    const written = spans.filter((_, index) => Boolean(results[index]));
    tellMembers(span, written);
    return results;
  } catch (error) {
    failSpan(span, errorTypeOf(error));
    tellMembers(span, spans);
    throw error;
  }
}

function batchAttributes(statement: string, size: number): Record<string, string | number> {
  return {
    [ATTR_DB_SYSTEM_NAME]: 'postgresql',
    [ATTR_DB_QUERY_SUMMARY]: statement,
    // The conventions want it for more than one only.
    ...(size > 1 ? { [ATTR_DB_OPERATION_BATCH_SIZE]: size } : {}),
    [ATTRIBUTES.batchSize]: size,
  };
}

/**
 * Ends the span with links to those it wrote for. Keys that were taken and fences that were old write nothing; a batch
 * of only those has nothing to tell, and a span that is never ended is never sent.
 */
function tellMembers(span: Span, spans: readonly (FoundSpan | null)[]): void {
  const found = spans.filter((member) => member !== null).slice(0, MEMBERS_MAX);
  const members = found.map(contextOf).filter((member) => member !== null);
  if (members.length === 0) return;
  span.addLinks(members.map((member) => linkTo('member', member)));
  span.setAttributes(roleAttributes('member', members));
  span.end();
}
