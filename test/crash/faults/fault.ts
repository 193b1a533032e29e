import { pause } from '../stage/caller.js';
import type { RecordingClient } from '../stage/client.js';
import type { Fleet } from '../stage/fleet.js';
import type { Member } from '../stage/member.js';

/** What a fault has to work with. */
export interface Scene {
  readonly fleet: Fleet;
  readonly client: RecordingClient;
  /** Its own: what is drawn for one fault does not depend on how many tries another one needed. */
  readonly random: () => number;
}

/**
 * Does its harm once. Gives how many operations, requests or statements it caught in the middle, or null when what it
 * lay in wait for never came, so that nothing was done.
 */
export type Fault = (scene: Scene) => Promise<number | null>;

export type Role = Member['role'];

const LOOK_EVERY_MS = 20;

/** A process of that role that is ready. While one is harmed another one is there to go on. */
export async function anyOf(role: Role, { fleet, random }: Scene): Promise<Member> {
  const members = role === 'api' ? fleet.apis : fleet.workers;
  for (;;) {
    const ready = members.filter((member) => member.service !== null);
    const member = ready[Math.floor(random() * ready.length)];
    if (member && ready.length > 1) return member;
    await pause(LOOK_EVERY_MS);
  }
}

/** A process of any role, and how much it has under way. */
export async function anyone(scene: Scene): Promise<{ member: Member; hit: number }> {
  const member = await anyOf(scene.random() < 0.5 ? 'api' : 'worker', scene);
  return { member, hit: await underWay(scene, member) };
}

/** Operations that a worker is running, or requests that an API has not answered. */
export async function underWay(scene: Scene, member: Member): Promise<number> {
  if (member.role === 'worker') return (await heldBy(scene, member.pid)).length;
  return scene.client.inFlight.get(member.url) ?? 0;
}

/** Operations that the process of this pid is running. */
export async function heldBy({ fleet }: Scene, pid: number): Promise<{ uuid: string; fence: number }[]> {
  const { rows } = await fleet.postgres.ask((client) =>
    client.query<{ uuid: string; fence: number }>(
      `select o.id as uuid, o.fence from holdfast.operations o join holdfast.workers w on w.id = o.lease_owner
        where w.name like '%/' || $1::text`,
      [pid],
    ),
  );
  return rows;
}

/** Requests that no API has answered yet. */
export function requests({ client }: Scene): number {
  return [...client.inFlight.values()].reduce((sum, n) => sum + n, 0);
}

/** The items in another order. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
