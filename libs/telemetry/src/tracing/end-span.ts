import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { isRefusal } from '@holdfast/kernel';
import { bounded } from './bounded.js';

/** Marks a span as failed, by a word of low cardinality. The sentence stays out: a handler may put anything into it. */
export function failSpan(span: Span, errorType: string): void {
  span.setAttribute(ATTR_ERROR_TYPE, bounded(errorType));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** What to call something that was thrown: the code of a refusal or a handler's failure, else the class of the error. */
export function errorTypeOf(error: unknown): string {
  if (isRefusal(error)) return error.slug;
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as Error & { readonly code?: unknown };
  return typeof code === 'string' ? code : error.name;
}

/** Runs `work` and ends the span with it; what it throws marks the span and passes. */
export async function endWith<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    failSpan(span, errorTypeOf(error));
    throw error;
  } finally {
    span.end();
  }
}
