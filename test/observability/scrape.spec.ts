import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { METRICS, type MetricKey, prometheusName } from '@holdfast/telemetry';
import { freshDatabase, ServiceProcess, until } from '@holdfast/testkit';
import { Caller, scriptedLoad } from './load.js';
import { ALERTS, dashboardQueries, HANDLERS, metricsIn, seriesNames } from './monitoring.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: ServiceProcess;
let caller: Caller;
let page: string;
let done: Awaited<ReturnType<typeof scriptedLoad>>;

beforeAll(async () => {
  database = await freshDatabase();
  service = await ServiceProcess.start({
    databaseUrl: database.url,
    handlers: HANDLERS,
    env: { HOLDFAST_LOG_LEVEL: 'debug' },
  });
  caller = new Caller(service.url);
  done = await scriptedLoad(caller);
  page = await caller.metrics();
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

function value(name: string, labels: Record<string, string>, text = page): number {
  const wanted = Object.entries(labels).map(([label, word]) => `${label}="${word}"`);
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && wanted.every((part) => one.includes(part)));
  return Number(line?.split(' ').at(-1) ?? Number.NaN);
}

/** What only appears in an application with routes of its own. */
const RARE: readonly MetricKey[] = ['routeRequests'];

describe('the metrics of a service under load', () => {
  test('show every metric of the table', () => {
    const names = seriesNames(page);
    const missing = (Object.keys(METRICS) as MetricKey[])
      .filter((key) => !RARE.includes(key))
      .map((key) => (METRICS[key].kind === 'histogram' ? `${prometheusName(key)}_bucket` : prometheusName(key)))
      .filter((name) => !names.has(name));
    // A queue that is empty has no oldest entry of any type.
    expect(missing.filter((name) => !name.startsWith('holdfast_queue_'))).toEqual([]);
  });

  test('tell requests by what became of their key', () => {
    const counted = (outcome: string) =>
      value('holdfast_requests_total', {
        holdfast_operation_type: 'scene.work',
        holdfast_idempotency_outcome: outcome,
      });
    expect(['created', 'replayed', 'reused', 'expired'].map(counted)).toEqual([3, 1, 1, 0]);
  });

  test('count a create without a key, without JSON or of no known type, too', () => {
    const other = { holdfast_operation_type: '_other', holdfast_idempotency_outcome: 'invalid' };
    expect(value('holdfast_requests_total', other)).toBe(4);
  });

  test('tell why and how often a client repeated itself', () => {
    const hinted = { holdfast_client_reason: 'timeout', holdfast_client_attempt: '2' };
    expect(value('holdfast_replays_total', hinted)).toBe(1);
  });

  test('tell attempts by their end and their error code', () => {
    const ended = (outcome: string, code: string) =>
      value('holdfast_attempt_duration_seconds_count', { holdfast_attempt_outcome: outcome, error_type: code });
    expect(ended('retry', 'handler_error')).toBe(1);
    expect(ended('fail', 'declined')).toBe(1);
    expect(value('holdfast_attempt_duration_seconds_count', { holdfast_attempt_outcome: 'succeed' })).toBe(2);
  });

  test('tell operations by type and final status', () => {
    const ended = (status: string) =>
      value('holdfast_operation_duration_seconds_count', {
        holdfast_operation_type: 'scene.work',
        holdfast_operation_status: status,
      });
    expect([ended('succeeded'), ended('failed')]).toEqual([2, 1]);
  });

  test('tell HTTP requests by the pattern of their route, whatever is asked for', () => {
    const labels = { http_request_method: 'GET', http_route: '/operations/:id', http_response_status_code: '404' };
    expect(value('http_server_request_duration_seconds_count', labels)).toBe(1);
  });

  test('name no id, key, type, path or payload that came from a client', () => {
    expect(page).not.toContain('canary');
    expect(page).not.toContain(done.id);
    expect(page).not.toContain('secret');
  });

  test('hold every metric that an alert or the dashboard asks for', () => {
    const names = seriesNames(page);
    const known = (name: string) =>
      names.has(name) || name.startsWith('holdfast_queue_') || RARE.some((key) => name.startsWith(prometheusName(key)));
    const asked = [...ALERTS, ...dashboardQueries()].flatMap(({ expr }) => metricsIn(expr));
    expect(asked.length).toBeGreaterThan(40);
    expect([...new Set(asked)].filter((name) => !known(name))).toEqual([]);
  });
});

describe('the log of the same load', () => {
  test('has a line for each decision, with the id of its operation', () => {
    const lines = service.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const told = lines
      .filter((line) => line['operationId'] === done.id)
      .map((line) => line['event'] ?? line['code'] ?? line['msg']);
    expect(told).toEqual(
      expect.arrayContaining([
        'An operation was created.',
        'A request was answered by replay.',
        'idempotency-key-reused',
        'succeed',
      ]),
    );
  });

  test('holds no key, no input, no result and no password', () => {
    const password = new URL(database.url).password;
    expect(service.output).not.toContain(done.key);
    expect(service.output).not.toMatch(/canary-(?:input|other|id|path)|canary\.type|secret-result/);
    if (password !== '') expect(service.output).not.toContain(`:${password}@`);
  });
});

describe('every role', () => {
  test('serves its metrics without a token, although everything else needs one', async () => {
    const worker = await ServiceProcess.start({
      databaseUrl: database.url,
      handlers: HANDLERS,
      role: 'worker',
      env: { HOLDFAST_TOKENS: 'token-canary-0123456789abcdef:tenant-canary' },
    });
    const api = await ServiceProcess.start({
      databaseUrl: database.url,
      handlers: HANDLERS,
      role: 'api',
      env: { HOLDFAST_TOKENS: 'token-canary-0123456789abcdef:tenant-canary' },
    });
    try {
      expect((await new Caller(api.url).get('/operations')).status).toBe(401);
      for (const { url } of [worker, api]) {
        const answer = await new Caller(url).get('/metrics');
        expect(answer.status).toBe(200);
        expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
        expect(answer.text).toContain('holdfast_database_up 1');
        expect(answer.text).not.toContain('canary');
      }
      expect(await new Caller(worker.url).metrics()).toContain('holdfast_worker_slots{holdfast_slot_state="free"}');
    } finally {
      await Promise.all([worker.stop(), api.stop()]);
    }
    expect(worker.output + api.output).not.toContain('token-canary');
  });

  test('still serves them while it drains', async () => {
    // A database of its own: otherwise another worker may take the operation.
    const own = await freshDatabase();
    const draining = await ServiceProcess.start({ databaseUrl: own.url, handlers: HANDLERS });
    const there = new Caller(draining.url);
    await there.create('scene.work', { ms: 3_000 });
    await until(async () => (await there.metrics()).includes('holdfast_slot_state="busy"} 1'));
    draining.signal('SIGTERM');
    await until(() => draining.output.includes('draining'));
    expect((await there.get('/metrics')).status).toBe(200);
    expect(await draining.ended()).toBe(0);
    await own.drop();
  });
});
