import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { create, get, poll } from './testing/service-client.js';
import { MAIN, ServiceLab } from './testing/service-process.js';

const lab = new ServiceLab();
let database: EmbeddedServer;

beforeAll(async () => {
  database = await startEmbeddedPostgres({ dataDir: join(await lab.folder(), 'data') });
});

afterAll(async () => {
  await lab.close();
  await database.stop();
});

/** A process of this role on the shared database, with short times so that a test need not wait long for a sweep. */
function start(role: string, more: Readonly<Record<string, string>> = {}) {
  return lab.start({
    DATABASE_URL: database.url,
    HOLDFAST_ROLE: role,
    HOLDFAST_LEASE_MS: '1000',
    HOLDFAST_SWEEP_INTERVAL_MS: '200',
    ...more,
  });
}

describe('roles', () => {
  test('an API and a worker in two processes share one database and complete an operation together', async () => {
    const api = start('api');
    const url = await api.ready();
    const worker = start('worker');
    const probes = await worker.ready();
    const { status, body } = await create(url, 'roles-1', { type: 'demo.flaky' }, 20);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'succeeded', attempt: { number: 2 } });

    expect(await get(`${probes}/health/live`)).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await get(`${probes}/health/ready`)).toMatchObject({ status: 200, body: { checks: { database: 'up' } } });
    for (const path of ['/', '/operations', '/openapi.json', '/health', '/health/live/']) {
      const answer = await get(`${probes}${path}`);
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'route_not_found' } } });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
    const posted = await fetch(`${probes}/health/live`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    api.signal('SIGTERM');
    worker.signal('SIGTERM');
    expect(await Promise.all([api.ended, worker.ended])).toEqual([0, 0]);
  });

  test('an API process runs no handler', async () => {
    const api = start('api');
    const url = await api.ready();
    const { body } = await create(url, 'roles-2', { type: 'demo.echo' }, 1);
    expect(body).toMatchObject({ status: 'pending', attempt: { number: 0 } });
    const worker = start('worker');
    const ended = await poll(`${url}/operations/${String(body['id'])}`, ({ finishedAt }) => finishedAt !== null);
    expect(ended).toMatchObject({ status: 'succeeded' });
    api.signal('SIGTERM');
    worker.signal('SIGTERM');
    expect(await Promise.all([api.ended, worker.ended])).toEqual([0, 0]);
  });

  test('many processes that start at once on a new database all come up', async () => {
    const fresh = await startEmbeddedPostgres({ dataDir: join(await lab.folder(), 'data') });
    const services = ['all', 'all', 'worker'].map((role) => start(role, { DATABASE_URL: fresh.url }));
    for (const service of services) expect((await get(`${await service.ready()}/health/ready`)).status).toBe(200);
    for (const service of services) service.signal('SIGTERM');
    expect(await Promise.all(services.map((service) => service.ended))).toEqual([0, 0, 0]);
    await fresh.stop();
  });
});

test('readiness follows the database away and back, liveness does not, and without it the process still ends', async () => {
  const dataDir = join(await lab.folder(), 'data');
  let own = await startEmbeddedPostgres({ dataDir });
  const service = start('all', { DATABASE_URL: own.url, HOLDFAST_DRAIN_MS: '5000' });
  const url = await service.ready();
  const { port } = own;
  await own.stop();
  expect(await readiness(url, 503)).toMatchObject({
    error: { code: 'database_unavailable' },
    checks: { database: 'down', draining: false },
  });
  expect((await get(`${url}/health/live`)).status).toBe(200);
  own = await startEmbeddedPostgres({ dataDir, port });
  expect(await readiness(url, 200)).toMatchObject({ status: 'ready' });
  expect((await create(url, 'back-1', { type: 'demo.echo' }, 20)).status).toBe(200);
  await own.stop();
  await readiness(url, 503);
  service.signal('SIGTERM');
  expect(await service.ended).toBe(0);
});

/** The readiness body as soon as it has this status; each answer serves for a second, so asking is all it takes. */
async function readiness(url: string, status: number): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const answer = await get(`${url}/health/ready`);
    if (answer.status === status) return answer.body;
    await pause(50);
  }
}

describe('a drain', () => {
  test('hands back what cannot end in time, not counted as a failure, and another process finishes it', async () => {
    const first = start('all', { HOLDFAST_DRAIN_MS: '1500' });
    const url = await first.ready();
    const { body } = await create(url, 'drain-1', { type: 'demo.slow', input: { ms: 4_000 } });
    await poll(`${url}/operations/${String(body['id'])}`, ({ status }) => status === 'running');
    const second = start('all');
    const other = await second.ready();
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    const ended = await poll(`${other}/operations/${String(body['id'])}`, ({ finishedAt }) => finishedAt !== null);
    expect(ended).toMatchObject({ status: 'succeeded', attempt: { lastError: null } });
    second.signal('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test('lets what can end in time end, and answers those who wait for it', async () => {
    const service = start('all', { HOLDFAST_DRAIN_MS: '10000' });
    const url = await service.ready();
    const { body } = await create(url, 'drain-2', { type: 'demo.slow', input: { ms: 1_000 } });
    const self = `${url}/operations/${String(body['id'])}`;
    await poll(self, ({ status }) => status === 'running');
    const waiting = get(self, { prefer: 'wait=30' });
    const creating = create(url, 'drain-2-wait', { type: 'demo.slow', input: { ms: 60_000 } }, 30);
    await poll(
      `${url}/operations?idempotencyKey=drain-2-wait`,
      ({ operations }) => (operations as unknown[]).length === 1,
    );
    service.signal('SIGTERM');
    expect((await waiting).status).toBe(200);
    expect((await creating).status).toBe(202);
    expect(await service.ended).toBe(0);

    const next = start('api');
    expect(await get(`${await next.ready()}/operations/${String(body['id'])}`)).toMatchObject({
      body: { status: 'succeeded', attempt: { number: 1 } },
    });
    next.signal('SIGTERM');
    await next.ended;
  });

  test('is cut short by a second signal, and the exit code says so', async () => {
    const service = start('all', { HOLDFAST_DRAIN_MS: '60000' });
    const url = await service.ready();
    const { body } = await create(url, 'drain-3', { type: 'demo.slow', input: { ms: 60_000 } });
    await poll(`${url}/operations/${String(body['id'])}`, ({ status }) => status === 'running');
    service.signal('SIGTERM');
    await service.logged(/SIGTERM: draining/);
    // A signal this soon is the same request (npm passes Ctrl-C on once more), so ask until it is a second one.
    const again = setInterval(() => service.signal('SIGTERM'), 100);
    expect(await service.ended).toBe(1);
    clearInterval(again);
  });

  test('does not wait for a request whose body never comes', async () => {
    const service = start('all', { HOLDFAST_DRAIN_MS: '1000' });
    const { port } = new URL(await service.ready());
    const socket = connect(Number(port), '127.0.0.1');
    const closed = once(socket, 'close');
    socket.write(
      'POST /operations HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: drain-5\r\n' +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    service.signal('SIGTERM');
    expect(await service.ended).toBe(0);
    await closed;
  });

  test('follows an error that nobody caught, with exit 1', async () => {
    const handlers = await lab.file(
      'handlers.mjs',
      `export default { 'bad.timer': { async run() { setTimeout(() => { throw new Error('from a timer'); }, 1_000); return 1; } } };`,
    );
    const service = start('all', { HOLDFAST_HANDLERS: handlers });
    const url = await service.ready();
    const { body } = await create(url, 'drain-4', { type: 'bad.timer' }, 10);
    expect(body).toMatchObject({ status: 'succeeded' });
    expect(await service.ended).toBe(1);
    expect(service.stderr).toContain('from a timer');
  });

  test('with npm in between, Ctrl-C ends in order although the signal comes twice', async () => {
    const folder = await lab.folder();
    const scripts = { start: `exec '${process.execPath}' '${MAIN}'` };
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'npm-in-between', private: true, scripts }));
    const npm = lab.run('npm', ['start'], { HOLDFAST_DATA_DIR: join(folder, 'data') }, folder);
    const url = await npm.ready();
    expect((await create(url, 'npm-1', { type: 'demo.echo' }, 10)).status).toBe(200);
    npm.signalGroup('SIGINT');
    expect(await npm.ended).toBe(0);
    expect(npm.stderr).toContain('SIGINT: draining');
    expect(npm.stderr).toContain('Stopped.');
    expect(npm.stderr).not.toContain('cut short');
  });
});
