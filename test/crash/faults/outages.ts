import { until } from '@holdfast/testkit';
import type pg from 'pg';
import { pause } from '../stage/caller.js';
import { type Fault, requests, type Scene } from './fault.js';

/** Connections of a process that may wait for the lock before it is let go: all that its pool has. */
const WAITING_AT_LEAST = 5;
const PILES_UP_WITHIN_MS = 10_000;
const HELD_MS = 1_200;
const FELT_WITHIN_MS = 60_000;

/** Whoever operates the database locks the tables: connections pile up behind that, until no pool has one left. */
export const lockTables: Fault = async ({ fleet }) => {
  const operator = await fleet.postgres.connect();
  try {
    await operator.query('begin');
    await operator.query('lock table holdfast.operations in access exclusive mode');
    const waiting = async () => {
      const { rows } = await operator.query<{ n: number }>('select count(*)::int as n from pg_locks where not granted');
      return rows[0]?.n ?? 0;
    };
    const piled = await until(async () => (await waiting()) >= WAITING_AT_LEAST, PILES_UP_WITHIN_MS).then(
      () => true,
      () => false,
    );
    await pause(HELD_MS);
    const hit = await waiting();
    return piled && hit > 0 ? hit : null;
  } finally {
    await operator.end().catch(() => undefined);
  }
};

/** Somebody else has every connection that the server gives, and those of the processes are cut. */
export const takeConnections: Fault = async (scene) => {
  const { fleet } = scene;
  const hit = requests(scene);
  const taken: pg.Client[] = [];
  const takeAll = async () => {
    for (;;) {
      const client = await fleet.postgres.connect().catch(() => null);
      if (client === null) return;
      taken.push(client);
    }
  };
  try {
    await takeAll();
    for (const { proxy } of fleet.members) proxy.cut();
    await takeAll();
    await pause(HELD_MS);
    return taken.length > 0 ? hit : null;
  } finally {
    await Promise.all(taken.map((client) => client.end().catch(() => undefined)));
  }
};

/**
 * The disk is full: tables cannot grow, and every other time the write-ahead log cannot either, which ends the server.
 * Over when it has been felt and there is room again.
 */
export const fillDisk: Fault = async (scene) => {
  const { postgres } = scene.fleet;
  if (postgres.disk === null) return null;
  const theLogToo = scene.random() < 0.5;
  let hit = 0;
  await postgres.fillDisk(postgres.disk, async () => {
    await until(() => fails(scene, GROW), FELT_WITHIN_MS);
    if (theLogToo) await until(() => fails(scene, LOG), FELT_WITHIN_MS);
    hit = requests(scene);
    await pause(HELD_MS);
  });
  await postgres.ask((client) => client.query('truncate ballast'));
  return hit;
};

/** Use up what the tables, and the log with its files kept for later, have in reserve. */
const GROW = 'insert into ballast select repeat(md5(random()::text), 50) from generate_series(1, 2000)';
const LOG = `select pg_logical_emit_message(false, 'ballast', repeat('x', 16000000))`;

function fails({ fleet }: Scene, text: string): Promise<boolean> {
  return fleet.postgres
    .askOnce((client) => client.query(text))
    .then(
      () => false,
      () => true,
    );
}
