import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { markdownTable } from '../architecture/doc-tables.js';
import type { Contender } from './contender.js';
import { expressIdempotency } from './express-idempotency.js';
import { holdfast } from './holdfast.js';
import { nodeIdempotency } from './node-idempotency.js';
import { powertools } from './powertools.js';
import { ROWS } from './rows.js';

let contenders: Contender[];

beforeAll(async () => {
  contenders = [await holdfast(), await nodeIdempotency(), await powertools(), await expressIdempotency()];
});

afterAll(() => Promise.all(contenders.map((contender) => contender.stop())));

test('beside the libraries for idempotent routes, this one gives the answer of the contract in every row', async () => {
  const rows: string[][] = [];
  for (const { question, ask } of ROWS) {
    rows.push([question, ...(await Promise.all(contenders.map(ask)))]);
  }
  process.stdout.write(`\n${markdownTable(['', ...contenders.map(({ name }) => name)], rows)}\n\n`);
  expect(Object.fromEntries(rows.map(([question, ours]) => [question, ours]))).toEqual({
    'two callers, one key': 'kept apart',
    'members in another order': 'replayed',
    'another payload': '422, says where',
    'key quoted or bare': 'one key',
    'repeat in flight': '409, Retry-After',
    '200 parallel duplicates': '1 effect(s)',
    'process dies after the effect': 'runs again, 1 effect(s)',
    'repeat after a failure (500)': 'runs again',
    'marker of a replay': 'Idempotent-Replayed',
  });
});
