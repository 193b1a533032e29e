import { Latch } from '@holdfast/testkit';
import { within } from '../stage/within.js';
import { anyOf, type Fault, heldBy, requests, type Scene } from './fault.js';

const COMES_WITHIN_MS = 1_000;

/** The statements that make a difference to an operation, and with them the points at which to die: before and after. */
const POINTS = {
  api: ['create'],
  worker: ['claim', 'load-steps', 'record-step', 'lock-held', 'commit', 'finish', 'renew-worker'],
} as const;

export const killWorker: Fault = async (scene) => {
  const member = await anyOf('worker', scene);
  const held = await heldBy(scene, member.pid);
  member.kill();
  return held.length;
};

export const killApi: Fault = async (scene) => {
  const member = await anyOf('api', scene);
  const hit = scene.client.inFlight.get(member.url) ?? 0;
  member.kill();
  return hit;
};

/** Dies at the very statement: it is never carried out, or it is and nobody learns of it. */
export const killAtPoint =
  (role: 'api' | 'worker'): Fault =>
  async (scene) => {
    const member = await anyOf(role, scene);
    return strikeAt(scene, POINTS[role], member.proxy, () => member.kill());
  };

/** The statement is carried out, its answer is lost, and the process lives on with what it does not know. */
export const loseAnswer: Fault = async (scene) => {
  const role = scene.random() < 0.5 ? 'api' : 'worker';
  const { proxy } = await anyOf(role, scene);
  return strikeAt(scene, POINTS[role], proxy, () => undefined, 'after');
};

async function strikeAt(
  { random }: Scene,
  points: readonly string[],
  proxy: Awaited<ReturnType<typeof anyOf>>['proxy'],
  harm: () => void,
  when: 'before' | 'after' = random() < 0.5 ? 'before' : 'after',
): Promise<number | null> {
  const struck = new Latch();
  const strike = () => {
    harm();
    struck.open();
  };
  proxy.lieInWait({ statement: points[Math.floor(random() * points.length)] ?? '', when, strike });
  const came = await within(COMES_WITHIN_MS, struck.opened);
  proxy.lieInWait(null);
  return came ? 1 : null;
}

export const killPostgres: Fault = async (scene) => {
  const hit = requests(scene);
  await scene.fleet.postgres.killServer();
  return hit;
};

export const killSession: Fault = async (scene) => {
  const hit = requests(scene);
  return (await scene.fleet.postgres.killSession()) ? hit : null;
};
