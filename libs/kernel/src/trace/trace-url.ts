/** A trace that people may want to look at: its W3C id, and the TypeID of the operation it is about. */
export interface TraceOfOperation {
  readonly traceId: string;
  readonly operationId: string;
}

/** Says where the trace of an operation can be looked at. */
export type TraceUrl = (trace: TraceOfOperation) => string;

/** What a template may hold; anything else in braces is a mistake. */
export const TRACE_PLACEHOLDERS = ['{traceId}', '{operationId}'] as const;

/**
 * The links that a template such as `http://localhost:16686/trace/{traceId}` stands for. Ids of both kinds hold letters,
 * digits and `_` only, so they fit every part of a URL as they are.
 */
export function traceUrlFrom(template: string): TraceUrl {
  return ({ traceId, operationId }) =>
    template.replaceAll('{traceId}', traceId).replaceAll('{operationId}', operationId);
}
