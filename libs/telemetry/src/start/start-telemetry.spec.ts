import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { wantsTraces } from './exporters.js';

const INDEX = join(import.meta.dirname, '..', 'index.js');

/** Starts telemetry in a process of its own; gives whether there is tracing, and which packages were loaded. */
function started(variables: Readonly<Record<string, string>>): { tracing: boolean; packages: string[] } {
  const script = `
    import { registerHooks } from 'node:module';
    const packages = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context);
        const [, name] = /node_modules\\/(@opentelemetry\\/[^/]+|[^/@]+)/.exec(found.url) ?? [];
        if (name) packages.add(name);
        return found;
      },
    });
    const { startTelemetry } = await import(${JSON.stringify(INDEX)});
    const { tracing } = await startTelemetry({ variables: process.env });
    console.log(JSON.stringify({ tracing: tracing !== null, packages: [...packages] }));
    process.exit(0);
  `;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: variables,
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as { tracing: boolean; packages: string[] };
}

describe('telemetry', () => {
  test('loads nothing of an SDK when there is nowhere to send to', () => {
    const { tracing, packages } = started({});
    expect(tracing).toBe(false);
    expect(packages.sort()).toEqual(['@opentelemetry/api', '@opentelemetry/semantic-conventions']);
  });

  test('loads the SDK when there is', () => {
    const { tracing, packages } = started({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    expect(tracing).toBe(true);
    expect(packages).toContain('@opentelemetry/sdk-node');
  });
});

describe('spans are wanted', () => {
  const endpoint = 'http://collector:4318';

  test.each([
    [true, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }],
    [true, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }],
    [true, { OTEL_TRACES_EXPORTER: 'otlp' }],
    [true, { OTEL_TRACES_EXPORTER: 'console' }],
    [false, {}],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    [false, { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint }],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: 'none' }],
    [false, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'TRUE' }],
  ])('%s with %j', (wanted, variables) => {
    expect(wantsTraces(variables)).toBe(wanted);
  });
});
