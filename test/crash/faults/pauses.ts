import { until } from '@holdfast/testkit';
import { pause } from '../stage/caller.js';
import { BLOCKED_MS } from '../stage/environment.js';
import { within } from '../stage/within.js';
import { anyOf, anyone, type Fault, heldBy, type Scene } from './fault.js';

const COMES_WITHIN_MS = 3_000;
const TAKEN_WITHIN_MS = 180_000;
const GIVEN_UP_WITHIN_MS = 10_000;
const WRITES = ['record-step', 'finish', 'lock-held'] as const;

/** Stops a worker until others have all that it held, and lets it go on with what it remembers. */
export const pauseWorker: Fault = async (scene) => {
  const { service, pid } = await anyOf('worker', scene);
  service?.signal('SIGSTOP');
  const held = await heldBy(scene, pid);
  await takenOver(scene, held);
  service?.signal('SIGCONT');
  return held.length === 0 ? null : held.length;
};

/** The same with a write of the worker on its way: it arrives when everything it is about belongs to others. */
export const delayWrite: Fault = async (scene) => {
  const member = await anyOf('worker', scene);
  const { service, pid, proxy } = member;
  const statement = WRITES[Math.floor(scene.random() * WRITES.length)] ?? 'finish';
  const heldBack = proxy.holdBack(statement);
  if (!(await within(COMES_WITHIN_MS, heldBack.came))) {
    proxy.holdNothing();
    void heldBack.release();
    return null;
  }
  service?.signal('SIGSTOP');
  const held = await heldBy(scene, pid);
  await takenOver(scene, held);
  const rows = await heldBack.release();
  service?.signal('SIGCONT');
  // Another fault may have ended the process or its connection meanwhile: then there was nothing to refuse. And a write
  // about what nobody was seen to hold is not known to be late.
  if (member.service !== service || rows === null || held.length === 0) return null;
  scene.fleet.staleWrites.push({ statement, rows });
  return 1;
};

/** Stops an API until clients have given up waiting for it, and lets it go on with requests that nobody waits for. */
export const pauseApi: Fault = async (scene) => {
  const { service, url } = await anyOf('api', scene);
  const { timedOut } = scene.client;
  const before = timedOut.get(url) ?? 0;
  const givenUp = () => (timedOut.get(url) ?? 0) - before;
  service?.signal('SIGSTOP');
  const came = await until(() => givenUp() > 0, GIVEN_UP_WITHIN_MS).then(
    () => true,
    () => false,
  );
  service?.signal('SIGCONT');
  return came ? givenUp() : null;
};

/** A process stands still from within, sockets and heartbeat included, for longer than a lease. */
export const blockLoop: Fault = async (scene) => {
  const { member, hit } = await anyone(scene);
  member.service?.signal('SIGWINCH');
  await pause(BLOCKED_MS);
  return hit === 0 ? null : hit;
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
