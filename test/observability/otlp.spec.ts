import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, ServiceProcess, testDatabase, until } from '@holdfast/testkit';
import { Caller } from './load.js';
import { HANDLERS } from './monitoring.js';

/** What was sent to a collector, by path. Names are written as they are in protobuf. */
const received = new Map<string, string>();
let collector: Server;
let endpoint: string;

beforeAll(async () => {
  collector = createServer((request, response) => {
    const path = request.url ?? '';
    request.setEncoding('latin1').on('data', (text: string) => received.set(path, (received.get(path) ?? '') + text));
    request.on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});

afterAll(async () => {
  collector.closeAllConnections();
  collector.close();
  await once(collector, 'close');
});

describe('metrics by OTLP', () => {
  test('are sent where an endpoint says so, under their own names, and once more at the end', async () => {
    const service = await ServiceProcess.start({
      databaseUrl: (await testDatabase()).url,
      handlers: HANDLERS,
      env: { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${endpoint}/v1/metrics`, OTEL_METRIC_EXPORT_INTERVAL: '60000' },
    });
    await new Caller(service.url).create('scene.work', null, undefined, { prefer: 'wait=20' });
    // The interval is long: what arrives was sent because the process ended.
    expect(await service.stop()).toBe(0);
    await until(() => received.has('/v1/metrics'));
    const sent = received.get('/v1/metrics') ?? '';
    for (const name of [
      'holdfast.requests',
      'holdfast.operation.duration',
      'http.server.request.duration',
      'service.name',
    ]) {
      expect(sent).toContain(name);
    }
    expect([...received.keys()]).toEqual(['/v1/metrics']);
  });

  test('are sent as JSON where that is asked for', async () => {
    received.clear();
    const service = await ServiceProcess.start({
      databaseUrl: (await testDatabase()).url,
      handlers: HANDLERS,
      env: {
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${endpoint}/v1/metrics`,
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      },
    });
    expect(await service.stop()).toBe(0);
    await until(() => received.has('/v1/metrics'));
    const { resourceMetrics } = JSON.parse(received.get('/v1/metrics') ?? '') as Record<string, unknown>;
    expect(JSON.stringify(resourceMetrics)).toContain('holdfast.requests');
  });

  test('are not sent to what is no URL, which one line says and which stops nothing', async () => {
    const service = await ServiceProcess.start({
      databaseUrl: (await testDatabase()).url,
      handlers: HANDLERS,
      env: { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'not a url', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'grpc' },
    });
    expect(await new Caller(service.url).metrics()).toContain('holdfast_database_up 1');
    expect(await service.stop()).toBe(0);
    expect(service.output.match(/metrics are not sent/g)).toHaveLength(1);
  });

  test('that a collector does not take are told of in the log, also where nobody traces', async () => {
    const service = await ServiceProcess.start({
      databaseUrl: (await testDatabase()).url,
      handlers: HANDLERS,
      env: {
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `http://127.0.0.1:${await freePort()}/v1/metrics`,
        OTEL_METRIC_EXPORT_INTERVAL: '100',
        OTEL_METRIC_EXPORT_TIMEOUT: '100',
      },
    });
    await until(() => service.output.includes('OpenTelemetry: '));
    expect(await service.stop()).toBe(0);
  });

  test('are not sent where nobody asked for them', async () => {
    received.clear();
    const service = await ServiceProcess.start({
      databaseUrl: (await testDatabase()).url,
      handlers: HANDLERS,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_METRICS_EXPORTER: 'none', OTEL_TRACES_EXPORTER: 'none' },
    });
    expect(await new Caller(service.url).metrics()).toContain('holdfast_database_up');
    expect(await service.stop()).toBe(0);
    expect([...received.keys()]).toEqual([]);
  });
});
