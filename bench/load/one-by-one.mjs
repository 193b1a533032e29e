import { setTimeout as pause } from 'node:timers/promises';
import { nowUs } from '../stage/witness.mjs';
import { Connection } from './connection.mjs';
import { createRequest } from './requests.mjs';
import { quantile } from './tally.mjs';

/**
 * One operation after the other on an idle system, created and awaited with `Prefer: wait`. `pickUp`: from before the
 * request is sent until the handler begins, which is in the result on the clock that all processes share. `done`:
 * until the client has the final answer. In ms.
 *
 * @param {{ port: number, count: number, everyMs: number, type: string }} spec
 * @param {import('./plans.mjs').Memory} memory
 */
export async function oneByOne({ port, count, everyMs, type }, memory) {
  const connection = await Connection.open(port);
  const pickUp = new Float64Array(count);
  const done = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const due = pause(everyMs);
    const request = createRequest(`${memory.prefix}-${(memory.next += 1)}`, type, { headers: 'Prefer: wait=30\r\n' });
    const sentUs = nowUs();
    const { status, text, bodyAt } = await connection.exchange(request);
    const answeredUs = nowUs();
    const { status: word, result } = JSON.parse(text.slice(bodyAt));
    if (status !== 200 || word !== 'succeeded') throw new Error(`A waiting client was answered ${status}, ${word}.`);
    pickUp[index] = (result.beganUs - sentUs) / 1000;
    done[index] = (answeredUs - sentUs) / 1000;
    await due;
  }
  connection.close();
  return latencies(pickUp, done);
}

/** @param {Float64Array} pickUp @param {Float64Array} done */
export function latencies(pickUp, done) {
  pickUp.sort();
  done.sort();
  return {
    pickUpP50: quantile(pickUp, 0.5),
    pickUpP99: quantile(pickUp, 0.99),
    doneP50: quantile(done, 0.5),
    doneP99: quantile(done, 0.99),
  };
}
