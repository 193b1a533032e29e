import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { MIGRATIONS } from '@holdfast/migrations';
import { dataSourceOptions, migrate, schemaDrift } from '@holdfast/store';
import { emptyDatabase, ServiceProcess, until } from '@holdfast/testkit';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Gate } from './gate.js';

// Processes that start one after the other take their time on a busy machine.
jest.setTimeout(150_000);

const NAMES = MIGRATIONS.map(({ name }) => name);
const MIGRATED = /Brought the database schema up to date/;

let database: Awaited<ReturnType<typeof emptyDatabase>>;
let gate: Gate;
const started: ServiceProcess[] = [];

beforeEach(async () => {
  database = await emptyDatabase();
  gate = await Gate.build(database.url);
});

afterEach(async () => {
  await gate.leave();
  await Promise.all(started.splice(0).map((service) => service.kill()));
  await database.drop();
});

async function launch(): Promise<ServiceProcess> {
  const service = await ServiceProcess.launch({ databaseUrl: database.url, role: 'worker' });
  started.push(service);
  return service;
}

/** Brings the database to what a release with only the first migrations made. */
async function migrateTo(count: number): Promise<void> {
  await gate.query('create schema holdfast');
  const older = new DataSource({ ...dataSourceOptions({ url: database.url }), migrations: MIGRATIONS.slice(0, count) });
  await older.initialize();
  await older.runMigrations();
  await older.destroy();
}

describe('a process that is killed while it migrates', () => {
  // The first statement of the first migration, one in the midst of the second, and the last of all; the first two make
  // the schema and the table of migrations.
  test.each([3, 20, 'last'] as const)(
    'leaves only whole migrations at schema change %s, and the next start completes them',
    async (place) => {
      const position = place === 'last' ? await changesOfAll() : place;
      await gate.close(position);
      const doomed = await launch();
      await gate.arrived(position);
      const before = await gate.applied();
      expect(before).toEqual(NAMES.slice(0, before.length));
      await doomed.kill();
      // Nobody opens the gate: the server itself has to find out that its client is gone.
      const next = await launch();
      await next.untilReady();
      expect(next.output).toMatch(MIGRATED);
      expect(await gate.applied()).toEqual(NAMES);
      expect(await schemaDrift(database.url)).toEqual([]);
    },
  );

  test('is replaced by the one that waited for it', async () => {
    await gate.close(20);
    const doomed = await launch();
    await gate.arrived(20);
    const second = await launch();
    await gate.queued(1);
    await doomed.kill();
    await second.untilReady();
    expect(second.output).toMatch(MIGRATED);
    expect(await schemaDrift(database.url)).toEqual([]);
  });
});

test('of three processes that start at once one migrates, and the others wait for it', async () => {
  await gate.close(10);
  const services = await Promise.all([launch(), launch(), launch()]);
  await gate.arrived(10);
  await gate.queued(2);
  await gate.open();
  await Promise.all(services.map((service) => service.untilReady()));
  expect(services.filter((service) => MIGRATED.test(service.output))).toHaveLength(1);
  expect(await gate.applied()).toEqual(NAMES);
});

test('a migration that fails is one line that names it, and leaves the ones before it in force', async () => {
  await gate.query('create schema holdfast; create table holdfast.operation_steps (stray integer)');
  const refused = await launch();
  expect(await refused.ended()).toBe(1);
  expect(refused.output.trim()).toBe(
    `holdfast: The migration ${NAMES[1]} failed and was taken back: relation "operation_steps" already exists. ` +
      'Put that right and start again; until then the release before goes on working',
  );
  expect(await gate.applied()).toEqual(NAMES.slice(0, 1));
  await gate.query('drop table holdfast.operation_steps');
  await (await launch()).untilReady();
  expect(await schemaDrift(database.url)).toEqual([]);
});

test('a migration that finds its table in use lets others through, and comes back for it', async () => {
  await migrateTo(4);
  // Sessions of ours would not stay in a transaction for as long as a slow machine may take.
  await gate.query('begin; select count(*) from holdfast.operation_signals');
  const others = new pg.Client({ connectionString: database.url });
  await others.connect();
  const service = await launch();
  const blocked = async () => {
    const { rowCount } = await others.query(
      `select from pg_stat_activity where application_name = 'holdfast migrate' and wait_event_type = 'Lock'
        and datname = current_database()`,
    );
    return rowCount === 1;
  };
  await until(blocked, 30_000);
  // In front of it is the reader, behind it would be everybody else, were it not for its time-out.
  await until(async () => !(await blocked()));
  await others.query('select count(*) from holdfast.operation_signals');
  await gate.query('commit');
  await service.untilReady();
  expect(await gate.applied()).toEqual(NAMES);
  await others.end();
});

/** How many schema changes all migrations are, by running them. */
async function changesOfAll(): Promise<number> {
  const model = await emptyDatabase();
  const counting = await Gate.build(model.url);
  await migrate(model.url);
  const count = await counting.passed();
  await counting.leave();
  await model.drop();
  return count;
}
