import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from './connection.mjs';
import { isReplay, Tally } from './tally.mjs';

/** Callers look again whether they may go on this often, in ms. */
const GATE_MS = 1;

/**
 * Each connection sends its next request when the last one is answered, until the window is over or `count` requests
 * are sent. With `unfinishedMax`, callers pause while more of what was accepted is not finished.
 *
 * @param {{ port: number, connections: number, warmUpMs: number, windowMs: number, count?: number, unfinishedMax?: number }} spec
 * @param {import('./plans.mjs').Plan} plan
 * @param {{ ran: number }} progress
 */
export async function closedLoop(spec, plan, progress) {
  const { port, connections, warmUpMs, windowMs, count = Infinity, unfinishedMax = Infinity } = spec;
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(port)));
  const tally = new Tally(warmUpMs, windowMs);
  const finished = finishedInWindow(spec, progress);
  let sent = 0;
  let accepted = 0;
  const call = async (/** @type {Connection} */ connection) => {
    while (!tally.over && sent < count) {
      while (accepted - progress.ran > unfinishedMax && !tally.over) await pause(GATE_MS);
      sent += 1;
      const sentMs = performance.now();
      const answer = await connection.exchange(plan.request());
      if (answer.status < 300 && !isReplay(answer)) accepted += 1;
      plan.heard?.(answer);
      tally.note(answer, sentMs);
    }
  };
  await Promise.all(open.map(call));
  const report = { ...tally.report(), sent, made: plan.made };
  for (const connection of open) connection.close();
  return { ...report, finishedPerSecond: await finished };
}

/**
 * How many operations a second began to run in the window. Counted by the workers, who tell us every few ms.
 *
 * @param {{ warmUpMs: number, windowMs: number, unfinishedMax?: number }} spec @param {{ ran: number }} progress
 */
async function finishedInWindow({ warmUpMs, windowMs, unfinishedMax }, progress) {
  if (unfinishedMax === undefined) return 0;
  await pause(warmUpMs);
  const before = { ran: progress.ran, ms: performance.now() };
  await pause(windowMs);
  return ((progress.ran - before.ran) / (performance.now() - before.ms)) * 1000;
}
