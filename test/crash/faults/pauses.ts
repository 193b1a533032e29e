import { until } from '@holdfast/testkit';
import { anyOf, type Fault, heldBy, type Scene, within } from './fault.js';

const COMES_WITHIN_MS = 3_000;
const TAKEN_WITHIN_MS = 60_000;
const WRITES = ['record-step', 'finish', 'lock-held'] as const;

/** Stops a worker until others have all that it held, and lets it go on with what it remembers. */
export const pauseWorker: Fault = async (scene) => {
  const member = await anyOf('worker', scene);
  member.service?.signal('SIGSTOP');
  const held = await heldBy(scene, member);
  await takenOver(scene, held);
  member.service?.signal('SIGCONT');
  return held.length === 0 ? null : held.length;
};

/** The same with a write of the worker on its way: it arrives when everything it is about belongs to others. */
export const delayWrite: Fault = async (scene) => {
  const member = await anyOf('worker', scene);
  const statement = WRITES[Math.floor(scene.random() * WRITES.length)] ?? 'finish';
  const heldBack = member.proxy.holdBack(statement);
  if (!(await within(COMES_WITHIN_MS, heldBack.came))) {
    member.proxy.holdNothing();
    void heldBack.release();
    return null;
  }
  member.service?.signal('SIGSTOP');
  await takenOver(scene, await heldBy(scene, member));
  scene.fleet.staleWrites.push({ statement, rows: await heldBack.release() });
  member.service?.signal('SIGCONT');
  return 1;
};

/** Resolves when none of them is what it was under that fence: a write under it can only be refused from now on. */
async function takenOver({ fleet }: Scene, held: readonly { uuid: string; fence: number }[]): Promise<void> {
  await until(async () => {
    await fleet.hasten();
    const { rows } = await fleet.postgres.ask((client) =>
      client.query<{ left: number }>(
        `select count(*)::int as left
           from unnest($1::uuid[], $2::integer[]) as a (id, fence)
           join holdfast.operations o on o.id = a.id and o.fence = a.fence and o.status = 'running'`,
        [held.map(({ uuid }) => uuid), held.map(({ fence }) => fence)],
      ),
    );
    return rows[0]?.left === 0;
  }, TAKEN_WITHIN_MS);
}
