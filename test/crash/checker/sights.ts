import { isTerminal, type Status } from '@holdfast/kernel';
import { type Exchange, isAccepted } from '../evidence/exchange.js';
import type { OperationRow } from '../evidence/rows.js';

/** An operation as a reader saw it, or as it is in the end. */
export interface Sight {
  readonly uuid: string;
  readonly version: number;
  readonly status: string;
  /** Status and outcome. */
  readonly text: string;
}

/** What an answer showed; null when it showed no operation, or not which version of it. */
export function sightOf(exchange: Exchange): Sight | null {
  const { uuid, version, operationStatus, outcome } = exchange.answer ?? {};
  if (!isAccepted(exchange) || !uuid || !version || !operationStatus) return null;
  return { uuid, version, status: operationStatus, text: `${operationStatus} ${outcome}` };
}

export function sightOfRow({ uuid, version, status, error, result }: OperationRow): Sight {
  const outcome = error ? error.code : status === 'succeeded' ? JSON.stringify(result) : null;
  return { uuid, version, status, text: `${status} ${outcome}` };
}

export function isEnd({ status }: Pick<Sight, 'status'>): boolean {
  return isTerminal(status as Status);
}
