import type { PlainAnswer } from './plain-answer.js';

/** What Fastify's reply and Express's response have in common. */
export interface Reply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

export function sendPlain(reply: Reply, answer: PlainAnswer): void {
  reply.status(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  reply.send(answer.body);
}
