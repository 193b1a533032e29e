import { expect, test } from '@jest/globals';
import { seededRandom } from '@holdfast/testkit';
import { FAULT_NAMES, FAULTS, schedule } from './faults.js';

/** Of the full run of `npm run test:crash`. */
const FULL = 260;

test('a seed always gives the same faults in the same order, and another one does not', () => {
  expect(schedule(FULL, seededRandom(7))).toEqual(schedule(FULL, seededRandom(7)));
  expect(schedule(FULL, seededRandom(7))).not.toEqual(schedule(FULL, seededRandom(8)));
});

test('even a small storm has faults of every kind', () => {
  const planned = new Set(schedule(1, seededRandom(7)).map(({ name }) => name));
  expect([...planned].toSorted()).toEqual(FAULT_NAMES.toSorted());
});

test('a full storm ends at least two hundred processes', () => {
  const kills = schedule(FULL, seededRandom(7)).filter(({ name }) => FAULTS[name].kills);
  expect(kills.length).toBeGreaterThanOrEqual(200);
});
