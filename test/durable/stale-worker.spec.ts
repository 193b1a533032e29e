import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Rewrite, until } from '@holdfast/testkit';
import { StaleScene, type Work } from './stale-scene.js';

/** What each write is guarded by, and a text that is always true. */
const FENCES: readonly Rewrite[] = [
  { statement: 'record-step', from: 'o.fence = a.fence', to: 'a.fence = a.fence' },
  { statement: 'finish', from: 'o.fence = a.fence', to: 'a.fence = a.fence' },
  { statement: 'lock-held', from: 'o.fence = $4', to: '$4 = $4' },
];

/** What of each work is on its way when the worker is paused: nothing after it depends on its fence. */
const ON_ITS_WAY: readonly { what: string; work: Work; statement: string }[] = [
  { what: 'a step', work: 'stale.step', statement: 'record-step' },
  { what: 'a transaction', work: 'stale.transaction', statement: 'lock-held' },
  { what: 'the final write', work: 'stale.finish', statement: 'finish' },
];

/** Pauses the worker with its statement on its way, until another one has the operation; then both go on. */
async function pauseInTheMiddle(scene: StaleScene, work: Work, statement: string) {
  const held = scene.proxy.holdBack(statement);
  const operation = await scene.create(work);
  await held.came;
  scene.pause();
  const successor = await scene.takeOver(operation);
  const before = await scene.seen(operation);
  await held.release();
  await scene.resume();
  const after = await scene.seen(operation);
  successor.goOn();
  const ended = await scene.ended(operation);
  await successor.end();
  return { before, after, ended, last: await scene.seen(operation) };
}

describe('a worker that is paused for longer than its lease', () => {
  let scene: StaleScene;

  beforeAll(async () => {
    scene = await StaleScene.open([
      // Ends a transaction whose client has gone silent sooner than the ten seconds of the settings.
      {
        statement: null,
        from: 'idle_in_transaction_session_timeout=10000',
        to: 'idle_in_transaction_session_timeout=1500',
      },
    ]);
  });
  beforeEach(() => scene.forgetBooked());
  afterAll(() => scene.close());

  test.each(ON_ITS_WAY)('in the middle of $what, changes nothing when it goes on', async ({ work, statement }) => {
    const { before, after, ended, last } = await pauseInTheMiddle(scene, work, statement);
    expect(after).toEqual(before);
    expect(ended).toMatchObject({ status: 'succeeded', result: '"successor"' });
    expect(last.booked).toEqual(work === 'stale.transaction' ? ['successor'] : []);
  });

  test.each(['stale.step', 'stale.transaction'] as const)(
    'inside the function of a %s, changes nothing when it goes on',
    async (work) => {
      const gate = { here: join(scene.folder, `${work}.here`), go: join(scene.folder, `${work}.go`) };
      const operation = await scene.create(work, gate);
      await until(() => existsSync(gate.here));
      scene.pause();
      const successor = await scene.takeOver(operation);
      const before = await scene.seen(operation);
      writeFileSync(gate.go, '');
      await scene.resume();
      expect(await scene.seen(operation)).toEqual(before);
      successor.goOn();
      expect(await scene.ended(operation)).toMatchObject({ status: 'succeeded', result: '"successor"' });
      await successor.end();
      expect((await scene.seen(operation)).booked).toEqual(work === 'stale.transaction' ? ['successor'] : []);
    },
  );
});

describe('without the fence in its statements, the same worker', () => {
  let scene: StaleScene;

  beforeAll(async () => {
    scene = await StaleScene.open(FENCES);
  });
  beforeEach(() => scene.forgetBooked());
  afterAll(() => scene.close());

  test('in the middle of a step, puts its outcome in the place of its successor’s', async () => {
    const { before, after, ended, last } = await pauseInTheMiddle(scene, 'stale.step', 'record-step');
    expect(before.steps).toEqual([]);
    expect(after.steps).toEqual([expect.stringContaining('paused')]);
    expect(last.steps).toEqual(after.steps);
    // The successor was told something else than what is remembered.
    expect(ended).toMatchObject({ result: '"successor"' });
  });

  test('in the middle of a transaction, makes it take effect twice', async () => {
    const { before, after, last } = await pauseInTheMiddle(scene, 'stale.transaction', 'lock-held');
    expect(before.booked).toEqual([]);
    expect(after.booked).toEqual(['paused']);
    expect(last.booked).toEqual(['paused', 'successor']);
  });

  test('in the middle of the final write, ends what its successor is running', async () => {
    const { ended } = await pauseInTheMiddle(scene, 'stale.finish', 'finish');
    expect(ended).toMatchObject({ status: 'succeeded', result: '"paused"' });
  });

  test('was really without it: every fence was taken out on the way', () => {
    expect(new Set(FENCES)).toEqual(scene.proxy.rewritten);
  });
});
