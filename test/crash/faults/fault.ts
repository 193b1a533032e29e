import type { RecordingClient } from '../stage/client.js';
import type { Fleet } from '../stage/fleet.js';
import type { Member } from '../stage/member.js';

/** What a fault has to work with. */
export interface Scene {
  readonly fleet: Fleet;
  readonly client: RecordingClient;
  readonly random: () => number;
}

/**
 * Does its harm once. Gives how many operations, requests or statements it caught in the middle, or null when what it
 * lay in wait for never came, so that nothing was done.
 */
export type Fault = (scene: Scene) => Promise<number | null>;

const LOOK_EVERY_MS = 20;

/** A process of that role that is ready. While one is harmed another one is there to go on. */
export async function anyOf(role: 'api' | 'worker', { fleet, random }: Scene): Promise<Member> {
  const members = role === 'api' ? fleet.apis : fleet.workers;
  for (;;) {
    const ready = members.filter((member) => member.service !== null);
    const member = ready[Math.floor(random() * ready.length)];
    if (member && ready.length > 1) return member;
    await pause(LOOK_EVERY_MS);
  }
}

/** Operations that the process in this place is running. */
export async function heldBy({ fleet }: Scene, member: Member): Promise<{ uuid: string; fence: number }[]> {
  const { rows } = await fleet.postgres.ask((client) =>
    client.query<{ uuid: string; fence: number }>(
      `select o.id as uuid, o.fence from holdfast.operations o join holdfast.workers w on w.id = o.lease_owner
        where w.name like '%/' || $1::text`,
      [member.pid],
    ),
  );
  return rows;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** True when it comes about within that time. */
export async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const { promise: over, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([promise.then(() => true), over]);
  } finally {
    clearTimeout(timer);
  }
}
