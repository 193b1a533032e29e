import { randomUUID } from 'node:crypto';
import { type OutgoingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { isPermanent, MEDIA_TYPE, type OperationUrls, problemDocument } from '@holdfast/contract';
import { type ErrorSlug, Refusal } from '@holdfast/kernel';

interface ClientError extends Error {
  readonly code?: string;
}

/**
 * Answers what never became a request: Node's parser gave up, so there is no reply object and the response is written
 * by hand, as a problem document like every other refusal.
 */
export function answerClientError(error: ClientError, socket: Socket, urls: OperationUrls): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && !hasAnswerUnderWay(socket)) socket.write(responseText(slugOf(error), urls));
  socket.destroy(error);
}

function slugOf({ code }: ClientError): ErrorSlug {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'request-malformed';
}

/**
 * Is the answer to an earlier request of this connection half written? Bytes put in between would be taken for a part
 * of it. Node's own handler looks at the same internal field.
 */
function hasAnswerUnderWay(socket: Socket): boolean {
  const { _httpMessage: message } = socket as Socket & { _httpMessage?: OutgoingMessage | null };
  return message?.headersSent === true;
}

function responseText(slug: ErrorSlug, urls: OperationUrls): string {
  const requestId = randomUUID();
  const refusal = new Refusal(slug);
  const problem = problemDocument(refusal, urls, requestId);
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${MEDIA_TYPE.problem}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Request-Id: ${requestId}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    ...(isPermanent(refusal) ? ['X-Should-Retry: false'] : []),
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
