import { type OperationSchema, OperationUrls, operationView } from '@holdfast/contract';
import { isTerminal, type Operation, type OperationError, type Status } from '@holdfast/kernel';

/** An operation as it was when it was read: the same members as on the wire (CONTRACT §3), instants as RFC 3339 text. */
export interface OperationSnapshot<Result = unknown> extends Omit<OperationSchema, 'status' | 'result' | 'error'> {
  readonly status: Status;
  /** True when the status is one of the ends. */
  readonly ended: boolean;
  /** Present only when succeeded. */
  readonly result?: Result;
  /** Present only when failed or canceled. */
  readonly error?: OperationError;
}

export function operationSnapshot<Result>(operation: Operation, urls: OperationUrls): OperationSnapshot<Result> {
  const view = JSON.parse(operationView(operation, urls)) as Omit<OperationSnapshot<Result>, 'ended'>;
  return { ...view, ended: isTerminal(operation.status) };
}
