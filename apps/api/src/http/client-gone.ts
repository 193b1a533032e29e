import type { FastifyReply } from 'fastify';

/**
 * Aborts when the connection of this answer closes, so that nobody waits on behalf of a client that has left. It also
 * aborts after the answer was sent, when nobody listens any more.
 */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (reply.raw.destroyed) controller.abort();
  else reply.raw.once('close', () => controller.abort());
  return controller.signal;
}
