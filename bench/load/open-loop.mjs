import { Connection } from './connection.mjs';
import { Tally } from './tally.mjs';

/**
 * Requests come at `perSecond` whether or not earlier ones are answered, as those of many independent clients do.
 * One that finds all connections busy at its time is not sent, and counted: its client would have given up waiting.
 *
 * @param {{ port: number, connections: number, warmUpMs: number, windowMs: number, perSecond: number }} spec
 * @param {import('./plans.mjs').Plan} plan
 */
export async function openLoop({ port, connections, warmUpMs, windowMs, perSecond }, plan) {
  const free = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const everyone = [...free];
  const tally = new Tally(warmUpMs, windowMs);
  const underWay = /** @type {Set<Promise<void>>} */ (new Set());
  const begunMs = performance.now();
  let due = 0;
  let sent = 0;
  const call = async (/** @type {Connection} */ connection) => {
    const sentMs = performance.now();
    try {
      const answer = await connection.exchange(plan.request());
      plan.heard?.(answer);
      tally.note(answer, sentMs);
      free.push(connection);
    } catch {
      tally.broken += 1;
    }
  };
  while (!tally.over) {
    for (const now = performance.now(); due < ((now - begunMs) / 1000) * perSecond; due += 1) {
      // In turn, so that none is idle for so long that the server closes it.
      const connection = free.shift();
      if (connection === undefined) {
        tally.unsent += 1;
        continue;
      }
      sent += 1;
      const called = call(connection).finally(() => underWay.delete(called));
      underWay.add(called);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  for (const connection of everyone) connection.close();
  return { ...tally.report(), sent, offered: due };
}
