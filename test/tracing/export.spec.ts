import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort, until } from '@holdfast/testkit';
import { OtlpReceiver } from './otlp-receiver.js';
import { create, poll, TracingStage } from './stage.js';

let stage: TracingStage;

afterEach(() => stage.close());

/** Runs an operation that calls out, from its creation to its end, and ends the service in order. */
async function runOne(env: Readonly<Record<string, string>>): Promise<string> {
  const service = await stage.start('all', env);
  const { operation } = await create(service, 'exported', { type: 'trace.fetch' });
  await poll(service, operation.id, ({ status }) => status === 'succeeded');
  expect(await service.stop()).toBe(0);
  return service.output;
}

/** Variables that send spans where nobody listens. */
async function collectorAway(more: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  return { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_BSP_SCHEDULE_DELAY: '50', ...more };
}

const complaints = (output: string) => output.split('\n').filter((line) => line.includes('OpenTelemetry'));

describe('where spans go', () => {
  test('to a collector that speaks gRPC', async () => {
    stage = await TracingStage.open(await OtlpReceiver.grpc());
    await runOne(stage.receiver.environment({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }));
    expect(stage.receiver.spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['POST /operations', 'create trace.fetch', 'process trace.fetch', 'step call']),
    );
    expect(stage.downstream.traceParents).toEqual([expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)]);
  });

  test('to the console, where the SDK has them all', async () => {
    stage = await TracingStage.open();
    const output = await runOne(stage.receiver.environment({ OTEL_TRACES_EXPORTER: 'console' }));
    expect(stage.receiver.bodies).toEqual([]);
    for (const name of ['POST /operations', 'create trace.fetch', 'process trace.fetch', 'step call']) {
      expect(output).toContain(`name: '${name}'`);
    }
  });

  test.each([
    ['an SDK that is disabled', { OTEL_SDK_DISABLED: 'true' }],
    ['no exporter', { OTEL_TRACES_EXPORTER: 'none' }],
    ['no endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
  ])('nowhere with %s, and requests of handlers carry no trace', async (_, off) => {
    stage = await TracingStage.open();
    expect(complaints(await runOne(stage.receiver.environment(off)))).toEqual([]);
    expect(stage.receiver.bodies).toEqual([]);
    expect(stage.downstream.traceParents).toEqual([undefined]);
  });

  test.each([
    ['a sampler nobody knows', { OTEL_TRACES_SAMPLER: 'sometimes' }],
    ['a ratio beyond one', { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '7' }],
    ['a protocol nobody speaks', { OTEL_EXPORTER_OTLP_PROTOCOL: 'smoke' }],
  ])('all the same with %s, and one line says so', async (_, wrong) => {
    stage = await TracingStage.open();
    expect(complaints(await runOne(stage.receiver.environment(wrong)))).toHaveLength(1);
    expect(stage.receiver.spans.map(({ name }) => name)).toContain('process trace.fetch');
  });

  test('nowhere when the endpoint is no URL, which stops nothing', async () => {
    stage = await TracingStage.open();
    const wrong = { OTEL_EXPORTER_OTLP_ENDPOINT: 'not a url', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect(complaints(await runOne(stage.receiver.environment(wrong)))).toHaveLength(1);
  });

  test('nowhere while the collector is away, which holds up neither work nor the end', async () => {
    stage = await TracingStage.open();
    await runOne(await collectorAway());
    expect(stage.downstream.traceParents).toEqual([expect.any(String)]);
  });

  test('nowhere while the collector is away, which is counted, and told of once for all that is lost soon after', async () => {
    stage = await TracingStage.open();
    const service = await stage.start('all', await collectorAway({ OTEL_EXPORTER_OTLP_TIMEOUT: '200' }));
    const lost = async () => {
      const page = await (await fetch(`${service.url}/metrics`)).text();
      return Number(/^holdfast_spans_lost_total\{error_type="export_failed"\} (\d+)/m.exec(page)?.[1]);
    };
    const { operation } = await create(service, 'lost', { type: 'trace.fetch' });
    await until(async () => (await lost()) > 0);
    const first = await lost();
    await poll(service, operation.id, ({ status }) => status === 'succeeded');
    await create(service, 'lost too', { type: 'trace.fetch' });
    await until(async () => (await lost()) > first);
    expect(await service.stop()).toBe(0);
    expect(complaints(service.output).filter((line) => line.includes('spans lost'))).toHaveLength(1);
  });
});
