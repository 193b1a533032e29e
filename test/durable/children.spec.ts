import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS } from '@holdfast/kernel';
import { unique } from '@holdfast/testkit';
import { openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
});

afterAll(() => bench.close());

const waitsFor = (reason: string) => (operation: { status: string; waiting: { reason: string } | null }) =>
  operation.status === 'pending' && operation.waiting?.reason === reason;

/** A parent that has failed, and its child, which was canceled for that and is then changed by `statement`. */
async function failedBesideItsChild(statement: string | null = null) {
  let healed = false;
  const type = unique('child').replaceAll('-', '.x');
  const run = await bench.run(
    {
      run: (op) =>
        Promise.all([
          op.call('work', type),
          op.step('check', async () => {
            if (healed) return 'parent';
            // The child is there before its parent fails.
            while (!(await childOf(run.uuid))) await run.now();
            throw op.fail('ill', 'Not yet.');
          }),
        ]),
    },
    { others: { [type]: { run: (op) => (healed ? 'child' : op.waitForSignal('never')) } } },
  );
  await run.ended();
  let child = await childOf(run.uuid);
  while (child?.status !== 'canceled') child = await childOf(run.uuid);
  if (statement !== null) await bench.query(statement, [child.id]);
  return { run, child: child.id, heal: () => (healed = true) };
}

async function childOf(uuid: string): Promise<{ id: string; status: string } | undefined> {
  const [child] = await bench.query('select id, status from holdfast.operations where parent_id = $1', [uuid]);
  return child && { id: String(child['id']), status: String(child['status']) };
}

describe('a child', () => {
  test('is created once, awaited without a lease, and its result is the call’s', async () => {
    let children = 0;
    const run = await bench.run(
      {
        async run(op) {
          const result = await op.call('work', 'child.double', { n: 21 });
          if (op.attempt === 1) throw new Error('Again.');
          return result;
        },
      },
      {
        others: {
          'child.double': {
            async run(op) {
              children += 1;
              await op.sleep('a while', 60);
              return { doubled: (op.input as { n: number }).n * 2 };
            },
          },
        },
      },
    );
    await run.until(waitsFor('child'));
    expect(await run.ended()).toMatchObject({ status: 'succeeded', attempt: 2, result: '{"doubled":42}' });
    // Once before its sleep and once after.
    expect(children).toBe(2);
    const rows = await bench.query('select 1 from holdfast.operations where parent_id = $1', [run.uuid]);
    expect(rows).toHaveLength(1);
  });

  test.each([DAY_MS, -DAY_MS])(
    'has the deadline of its parent, also when the clock of the worker that calls is %s ms ahead',
    async (aheadMs) => {
      const deadline = new Date(Date.now() + 60_000);
      const type = unique('child').replaceAll('-', '.x');
      const others = { [type]: { run: () => 'in time' } };
      const run = await bench.run({ run: (op) => op.call('work', type) }, { others, deadline, aheadMs });
      expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"in time"' });
      const [child] = await bench.query('select deadline from holdfast.operations where parent_id = $1', [run.uuid]);
      const its = child?.['deadline'] as Date;
      expect(Math.abs(its.getTime() - deadline.getTime())).toBeLessThanOrEqual(1);
    },
  );

  test('that fails throws its error into the parent', async () => {
    const run = await bench.run(
      {
        run: (op) =>
          op
            .call('work', 'child.fail')
            .catch((error: { code: string; message: string }) => `${error.code}: ${error.message}`),
      },
      { others: { 'child.fail': { run: (op) => Promise.reject(op.fail('no_stock', 'Sold out.')) } } },
    );
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"no_stock: Sold out."' });
  });

  test('that failed is created anew when its parent is resumed', async () => {
    let healed = false;
    const run = await bench.run(
      { run: (op) => op.call('work', 'child.heals') },
      { others: { 'child.heals': { run: (op) => (healed ? 'well' : Promise.reject(op.fail('ill', 'Not yet.'))) } } },
    );
    expect(await run.ended()).toMatchObject({ status: 'failed', error: { code: 'ill' } });
    healed = true;
    await run.resume();
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '"well"' });
    expect(await bench.query('select 1 from holdfast.operations where parent_id = $1', [run.uuid])).toHaveLength(2);
  });

  test('that was canceled because its parent had failed is created anew when the parent is resumed', async () => {
    const { run, heal } = await failedBesideItsChild();
    heal();
    await run.resume();
    expect(await run.ended()).toMatchObject({ status: 'succeeded', result: '["child","parent"]' });
    const children = await bench.query(
      'select status from holdfast.operations where parent_id = $1 order by created_at',
      [run.uuid],
    );
    expect(children).toEqual([{ status: 'canceled' }, { status: 'succeeded' }]);
  });

  test('that was erased is not waited for for ever: its call fails, or is made anew when it had been canceled', async () => {
    const canceled = await failedBesideItsChild();
    await bench.store.purge(canceled.run.tenant, canceled.child);
    canceled.heal();
    await canceled.run.resume();
    expect(await canceled.run.ended()).toMatchObject({ status: 'succeeded', result: '["child","parent"]' });

    const succeeded = await failedBesideItsChild(
      "update holdfast.operations set status = 'succeeded', error = null where id = $1",
    );
    await bench.store.purge(succeeded.run.tenant, succeeded.child);
    succeeded.heal();
    await succeeded.run.resume();
    expect(await succeeded.run.ended()).toMatchObject({ status: 'failed', error: { code: 'child_purged' } });
    await succeeded.run.resume();
    expect(await succeeded.run.ended()).toMatchObject({ status: 'succeeded', result: '["child","parent"]' });
  });

  test('runs beside its siblings', async () => {
    const run = await bench.run(
      { run: (op) => op.all([1, 2, 3].map((n) => op.call(`work ${n}`, 'child.nap', n))) },
      { others: { 'child.nap': { run: async (op) => (await op.sleep('nap', 100), op.input) } } },
    );
    const ended = await run.ended();
    expect(ended).toMatchObject({ status: 'succeeded', result: '[1,2,3]' });
    expect((ended.finishedAt as Date).getTime() - (ended.startedAt as Date).getTime()).toBeLessThan(3_000);
  });

  test('is canceled with its parent', async () => {
    const run = await bench.run(
      { run: (op) => op.call('work', 'child.wait') },
      { others: { 'child.wait': { run: (op) => op.waitForSignal('never') } } },
    );
    await run.until(waitsFor('child'));
    await run.cancel();
    expect(await run.ended()).toMatchObject({ status: 'canceled' });
    for (;;) {
      const [child] = await bench.query('select status from holdfast.operations where parent_id = $1', [run.uuid]);
      if (child?.['status'] === 'canceled') break;
    }
  });
});
