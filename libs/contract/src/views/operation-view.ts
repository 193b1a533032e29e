import { honoredUntil, isKept, type Operation, type OperationError } from '@holdfast/kernel';
import type { OperationUrls } from './operation-urls.js';

/**
 * The strong validator of an operation's representation (RFC 9110 §8.8.3): its version grows with every visible change
 * and nothing in the representation changes with the clock alone.
 */
export function etagOf(operation: Pick<Operation, 'version'>): string {
  return `"${operation.version}"`;
}

/**
 * The JSON text of an operation, as CONTRACT §3 «The operation» lists it. It is built by hand because it is on the path
 * of every answer: the handler's result and progress are JSON text already and are put in place without being parsed,
 * and members whose grammar has no character to escape (ids, type names, statuses, instants) are only quoted.
 */
export function operationView(operation: Operation, urls: OperationUrls): string {
  const until = instant(honoredUntil(operation));
  const self = urls.operation(operation.id);
  return (
    `{"id":"${operation.id}","type":"${operation.type}","status":"${operation.status}"` +
    `,"attempt":${attemptView(operation)},"waitingFor":${waitingView(operation)}` +
    `,"progress":${operation.progress ?? 'null'}${outcomeView(operation)}` +
    `,"idempotency":{"key":${JSON.stringify(operation.idempotencyKey)},"honoredUntil":${until}}` +
    `,"createdAt":${instant(operation.createdAt)},"startedAt":${instant(operation.startedAt)}` +
    `,"updatedAt":${instant(operation.updatedAt)},"finishedAt":${instant(operation.finishedAt)}` +
    `,"expiresAt":${until},"cancelRequestedAt":${instant(operation.cancelRequestedAt)}` +
    `,"priority":${operation.priority},"labels":${JSON.stringify(operation.labels)}` +
    `,"traceId":${operation.traceId === null ? 'null' : `"${operation.traceId}"`}` +
    `,"links":{"self":"${self}","result":"${self}/result","cancel":"${self}/cancel","resume":"${self}/resume"` +
    `,"explain":"${self}/explain"${traceLink(operation, urls)}}}`
  );
}

/** Only where the service knows where its traces are, and of an operation whose trace is recorded. */
function traceLink({ id, traceId, traceParent }: Operation, urls: OperationUrls): string {
  const url = traceId === null || !isKept(traceParent) ? null : urls.trace({ operationId: id, traceId });
  return url === null ? '' : `,"trace":${JSON.stringify(url)}`;
}

/** The JSON text of one page. */
export function operationListView(operations: readonly Operation[], next: string | null, urls: OperationUrls): string {
  const views = operations.map((operation) => operationView(operation, urls)).join(',');
  return `{"operations":[${views}],"nextPageToken":${JSON.stringify(next)}}`;
}

function attemptView({ attempt, maxAttempts, status, waiting, runAt, lastError }: Operation): string {
  // Only a retry or a start time makes another attempt due by itself; a signal or a child may never come.
  const next = status === 'pending' && (waiting?.reason === 'retry' || waiting?.reason === 'schedule') ? runAt : null;
  return `{"number":${attempt},"max":${maxAttempts},"nextAt":${instant(next)},"lastError":${errorView(lastError)}}`;
}

function waitingView({ status, waiting }: Operation): string {
  if (status !== 'pending' || !waiting) return 'null';
  const name = waiting.name === null ? '' : `,"name":${JSON.stringify(waiting.name)}`;
  return `{"reason":"${waiting.reason}","until":${instant(waiting.until)}${name}}`;
}

function outcomeView({ status, result, error }: Operation): string {
  if (status === 'succeeded') return `,"result":${result ?? 'null'}`;
  return status === 'failed' || status === 'canceled' ? `,"error":${errorView(error)}` : '';
}

/** Members are named one by one, so that nothing else a handler put on its error (a `status`, say) gets out. */
function errorView(error: OperationError | null): string {
  if (!error) return 'null';
  const { code, message, retryable, effect, details } = error;
  return JSON.stringify({ code, message, retryable, effect, details });
}

let lastMs = Number.NaN;
let lastInstant = '';

/** Remembers the latest instant: the times of one row, and of all rows of one batch, are mostly the same millisecond. */
function instant(date: Date | null): string {
  if (date === null) return 'null';
  const ms = date.getTime();
  if (ms !== lastMs) {
    lastInstant = `"${date.toISOString()}"`;
    lastMs = ms;
  }
  return lastInstant;
}
