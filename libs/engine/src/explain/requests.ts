import {
  type Circumstances,
  EXPLAIN_LIMITS,
  type PastRequest,
  type RequestExplained,
  REQUEST_SENTENCES,
} from '@holdfast/kernel';
import { dateAt } from '../timeline/moment.js';

/**
 * Why requests were answered as they were: the newest, or the one with the number `asked`. A create that nobody wrote
 * down is told by the operation's own row and is number 1; a child was created by no request.
 */
export function explainRequests(circumstances: Circumstances, asked: number | null): RequestExplained[] {
  const { operation, isChild, requests } = circumstances;
  const { rows, written, createdIsWritten } = requests;
  const unwritten = createdIsWritten || isChild ? 0 : 1;
  const created: PastRequest = {
    at: operation.createdAt.getTime() * 1_000,
    outcome: 'created',
    attempt: null,
    max: null,
    reason: null,
    traceId: operation.traceId,
    traceParent: operation.traceParent,
  };
  if (asked !== null) {
    const found = asked === 1 && unwritten === 1 ? [created] : rows;
    return found.map((request) => explainRequest(request, asked, circumstances));
  }
  const isCounted = written <= EXPLAIN_LIMITS.requestsCounted;
  const first = unwritten + written - rows.length + 1;
  const told = rows.map((request, index) => explainRequest(request, isCounted ? first + index : null, circumstances));
  return unwritten === 1 && written === rows.length ? [explainRequest(created, 1, circumstances), ...told] : told;
}

function explainRequest(request: PastRequest, number: number | null, { operation }: Circumstances): RequestExplained {
  const { outcome, attempt, max, reason, traceId } = request;
  const { createdAt, finishedAt, status } = operation;
  const at = dateAt(request.at);
  const afterEnd = finishedAt !== null && at > finishedAt;
  const code = outcome === 'created' ? 'created' : afterEnd ? 'replayed_after_end' : 'replayed';
  const detail = REQUEST_SENTENCES[code].say({ createdAt, attempt, reason, ended: afterEnd ? status : null });
  return { number, code, detail, at, attempt, max, reason, traceId };
}
