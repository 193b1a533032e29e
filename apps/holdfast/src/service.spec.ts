import { afterAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { create, get, poll } from './testing/service-client.js';
import { ServiceLab } from './testing/service-process.js';

const lab = new ServiceLab();
afterAll(() => lab.close());

const shell = promisify(execFile);

/** The printed command, run as a person would who pastes it. */
async function pasted(stdout: string, pattern: RegExp): Promise<string> {
  const [line = ''] = pattern.exec(stdout) ?? [];
  return (await shell('sh', ['-c', line.replace('curl', 'curl -s')])).stdout;
}

describe('a first start', () => {
  test('needs nothing but a folder, and what it prints can be pasted', async () => {
    const service = lab.start({ HOLDFAST_DATA_DIR: join(await lab.folder(), 'data') });
    const url = await service.ready();
    expect((await get(`${url}/health/live`)).status).toBe(200);
    expect(await get(`${url}/health/ready`)).toMatchObject({ status: 200, body: { status: 'ready' } });

    const first = await pasted(service.stdout, /curl -i .*/);
    expect(first).toMatch(/^HTTP\/1\.1 200 /);
    expect(first).toMatch(/idempotent-replayed: false/i);
    expect(first).toMatch(/"status":"succeeded"/);
    const again = await pasted(service.stdout, /curl -i .*/);
    expect(again).toMatch(/idempotent-replayed: true/i);
    const byKey = JSON.parse(await pasted(service.stdout, /curl http:.*by-key.*/)) as Record<string, unknown>;
    expect(byKey).toMatchObject({ status: 'succeeded', type: 'demo.flaky' });

    service.signal('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  test('prints results on standard output and keeps its log, in JSON, on standard error', async () => {
    const service = lab.start({ HOLDFAST_DATA_DIR: join(await lab.folder(), 'data'), HOLDFAST_CONCURENCY: '3' });
    await service.ready();
    service.signal('SIGTERM');
    await service.ended;
    expect(service.stdout).toMatch(/^Starting the embedded PostgreSQL/);
    const lines = service.stderr.trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[0]).toMatchObject({
      level: 'warn',
      msg: expect.stringContaining('Did you mean HOLDFAST_CONCURRENCY?'),
    });
  });

  test.each([
    ['demo.echo', { a: [1, 'two'] }, { status: 'succeeded', result: { a: [1, 'two'] } }],
    ['demo.countdown', { from: 3, everyMs: 5 }, { status: 'succeeded', progress: { completed: 3, total: 3 } }],
    ['demo.flaky', { failures: 2 }, { status: 'succeeded', attempt: { number: 3 } }],
    ['demo.decline', null, { status: 'failed', error: { code: 'card_declined', effect: 'none', retryable: false } }],
    ['demo.slow', { ms: 5 }, { status: 'succeeded' }],
  ])('offers %s, which does what it says', async (type, input, outcome) => {
    const url = await demo();
    const { status, body } = await create(url, `demo-${type}`, { type, input }, 20);
    expect(status).toBe(200);
    expect(body).toMatchObject(outcome);
  });

  test('a demo that takes long stops when it is canceled', async () => {
    const url = await demo();
    const { body } = await create(url, 'demo-cancel', { type: 'demo.slow', input: { ms: 60_000 } });
    const self = `${url}/operations/${String(body['id'])}`;
    await poll(self, ({ status }) => status === 'running');
    await fetch(`${self}/cancel`, { method: 'POST' });
    expect(await poll(self, ({ finishedAt }) => finishedAt !== null)).toMatchObject({ status: 'canceled' });
  });
});

/** One service for all tests that only use it. */
let shared: Promise<string> | null = null;
function demo(): Promise<string> {
  shared ??= lab.folder().then((folder) => lab.start({ HOLDFAST_DATA_DIR: join(folder, 'data') }).ready());
  return shared;
}

describe('the data', () => {
  test('outlive an orderly stop and a SIGKILL of the service', async () => {
    const folder = { HOLDFAST_DATA_DIR: join(await lab.folder(), 'data'), HOLDFAST_LEASE_MS: '500' };
    const first = lab.start({ ...folder, HOLDFAST_SWEEP_INTERVAL_MS: '200' });
    const done = await create(await first.ready(), 'kept', { type: 'demo.echo', input: 1 }, 10);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = lab.start(folder);
    const url = await second.ready();
    expect(await get(`${url}/operations/by-key/kept`)).toMatchObject({
      status: 200,
      body: { id: done.body['id'], result: 1 },
    });
    const running = await create(url, 'killed', { type: 'demo.slow', input: { ms: 2_000 } });
    await poll(`${url}/operations/${String(running.body['id'])}`, ({ status }) => status === 'running');
    second.signal('SIGKILL');
    await second.ended;

    const third = lab.start({ ...folder, HOLDFAST_SWEEP_INTERVAL_MS: '200' });
    const ended = await poll(
      `${await third.ready()}/operations/${String(running.body['id'])}`,
      ({ finishedAt }) => finishedAt !== null,
    );
    expect(ended).toMatchObject({ status: 'succeeded', attempt: { number: 2 } });
    third.signal('SIGTERM');
    expect(await third.ended).toBe(0);
  });

  test('belong to one service at a time: the second one on the same folder says so in one line', async () => {
    const folder = join(await lab.folder(), 'data');
    const first = lab.start({ HOLDFAST_DATA_DIR: folder });
    await first.ready();
    const second = lab.start({ HOLDFAST_DATA_DIR: folder });
    expect(await second.ended).toBe(1);
    expect(second.stderr).toMatch(new RegExp(`^holdfast: .*${first.pid}.*\n$`));
    expect((await get(`${await first.ready()}/health/ready`)).status).toBe(200);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
  });
});

test('nothing of the embedded PostgreSQL is left when the service has ended', async () => {
  const folder = join(await lab.folder(), 'data');
  const service = lab.start({ HOLDFAST_DATA_DIR: folder });
  await service.ready();
  service.signalGroup('SIGINT');
  expect(await service.ended).toBe(0);
  const { stdout } = await shell('sh', ['-c', `grep -l '${folder}' /proc/[0-9]*/cmdline 2>/dev/null || true`]);
  const left = await Promise.all(
    stdout
      .split('\n')
      .filter(Boolean)
      .map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  expect(left.filter((command) => command.includes('postgres'))).toEqual([]);
});
