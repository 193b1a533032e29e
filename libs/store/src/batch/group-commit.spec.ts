import { describe, expect, test } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

/** A statement that stays in flight until the test lets it go. */
function gated() {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const run = async (items: number[]): Promise<number[]> => {
    batches.push(items);
    await new Promise<void>((resolve) => gates.push(resolve));
    return items.map((item) => item * 10);
  };
  return { batches, gates, run };
}

const coded = (code: string) => Object.assign(new Error(code), { code });
const options = { sizeMax: 3, lanes: 1, waitingMax: 100 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  test('sends what came in one turn together, and those who come meanwhile next, up to the size', async () => {
    const { batches, gates, run } = gated();
    const commit = new GroupCommit(run, options);
    const answers = [commit.submit(1), commit.submit(2)];
    await turn();
    expect(batches).toEqual([[1, 2]]);
    answers.push(...[3, 4, 5, 6].map((item) => commit.submit(item)));
    await turn();
    expect(batches).toEqual([[1, 2]]);
    gates.shift()?.();
    await turn();
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    gates.shift()?.();
    await turn();
    gates.shift()?.();
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(batches).toEqual([[1, 2], [3, 4, 5], [6]]);
  });

  test('sends the next statement before it answers those of the last', async () => {
    const { batches, gates, run } = gated();
    const commit = new GroupCommit(run, options);
    let sentBefore = 0;
    const first = commit.submit(1).then(() => (sentBefore = batches.length));
    await turn();
    const second = commit.submit(2);
    gates.shift()?.();
    await first;
    expect(sentBefore).toBe(2);
    gates.shift()?.();
    expect(await second).toBe(20);
  });

  test('sends a second statement beside the first only when enough callers have come', async () => {
    const { batches, gates, run } = gated();
    const commit = new GroupCommit(run, { ...options, lanes: 2, besideMin: 2 });
    const answers = [commit.submit(1)];
    await turn();
    answers.push(commit.submit(2));
    await turn();
    // One is in flight, so the next caller waits for it instead of going alone.
    expect(batches).toEqual([[1]]);
    answers.push(commit.submit(3));
    await turn();
    expect(batches).toEqual([[1], [2, 3]]);
    answers.push(commit.submit(4));
    gates.shift()?.();
    await turn();
    expect(batches).toEqual([[1], [2, 3]]);
    gates.shift()?.();
    await turn();
    gates.shift()?.();
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40]);
    expect(batches).toEqual([[1], [2, 3], [4]]);
  });

  test('answers nobody before their own batch is through', async () => {
    const { gates, run } = gated();
    const commit = new GroupCommit(run, options);
    let secondAnswered = false;
    const first = commit.submit(1);
    await turn();
    const second = commit.submit(2).then(() => (secondAnswered = true));
    gates.shift()?.();
    await first;
    await turn();
    expect(secondAnswered).toBe(false);
    gates.shift()?.();
    await second;
    expect(secondAnswered).toBe(true);
  });

  test('halves a rejected batch until the guilty item stands alone', async () => {
    const sizes: number[] = [];
    const commit = new GroupCommit(
      async (items: number[]) => {
        sizes.push(items.length);
        if (items.includes(13)) throw coded('22P02');
        return items;
      },
      { sizeMax: 100, lanes: 1, waitingMax: 100 },
    );
    const first = commit.submit(0);
    await turn();
    const rest = Promise.allSettled([1, 2, 13, 4, 5, 6, 7, 8].map((item) => commit.submit(item)));
    await first;
    const outcomes = await rest;
    expect(outcomes.map((outcome) => outcome.status === 'fulfilled')).toEqual([
      true,
      true,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(sizes[1]).toBe(8);
  });

  test('takes a blocked batch apart at once, so that neighbors wait for the lock no second time', async () => {
    const sizes: number[] = [];
    const commit = new GroupCommit(
      async (items: number[]) => {
        sizes.push(items.length);
        if (items.includes(13)) throw coded('55P03');
        return items;
      },
      { sizeMax: 100, lanes: 1, waitingMax: 100 },
    );
    const outcomes = await Promise.allSettled([0, 1, 13, 3].map((item) => commit.submit(item)));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(sizes).toEqual([4, 1, 1, 1, 1]);
  });

  test('tells everybody of a lost connection that the outcome is unknown, and sends nothing again', async () => {
    let runs = 0;
    const commit = new GroupCommit(
      (): Promise<number[]> => {
        runs += 1;
        return Promise.reject(coded('ECONNRESET'));
      },
      { sizeMax: 100, lanes: 1, waitingMax: 100 },
    );
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => commit.submit(item)));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { slug: 'database-unavailable' } });
    expect(runs).toBe(1);
  });

  test('refuses instead of queueing without end', async () => {
    const { run } = gated();
    const commit = new GroupCommit(run, { sizeMax: 1, lanes: 1, waitingMax: 2 });
    void commit.submit(0);
    await turn();
    for (let item = 1; item < 3; item += 1) void commit.submit(item);
    await expect(commit.submit(9)).rejects.toMatchObject({ slug: 'overloaded', context: { retryAfterSeconds: 1 } });
  });
});
