import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const RUN = join(import.meta.dirname, '..', '..', '..', 'bench', 'run.mjs');
const SHORT = ['--quick', '--seconds', '1', '--no-peers'];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function bench(options: readonly string[], settings: Readonly<Record<string, string>> = {}) {
  return promisify(execFile)(process.execPath, [RUN, '--data', folder, ...options], {
    env: { ...process.env, NODE_OPTIONS: '', ...settings },
  });
}

/** The first figure of a contender's row. */
function figureOf(contender: string, tables: string): number {
  const [, figure = ''] = new RegExp(`^\\| ${contender} +\\| +([\\d,]+) \\|`, 'm').exec(tables) ?? [];
  return Number(figure.replaceAll(',', '') || Number.NaN);
}

describe('the bench', () => {
  test('measures the service beside its floors, checks what it did, and shows a table for each workload', async () => {
    const { stdout } = await bench([...SHORT, '--only', 'create,mixed']);
    expect(stdout).toContain('### Create over HTTP, 64 connections');
    expect(figureOf('floor: NestJS \\+ Fastify, doing nothing', stdout)).toBeGreaterThan(0);
    expect(figureOf('floor: Fastify \\+ one shared insert', stdout)).toBeGreaterThan(0);
    expect(stdout.match(/^\| Holdfast +\| +[1-9]/gm)).toHaveLength(2);
    expect(stdout).not.toContain('Written');
  }, 120_000);

  test('reports a measurement that broke as broken, never as a figure', async () => {
    const failed = bench([...SHORT, '--only', 'idle'], { HOLDFAST_CONCURRENCY: '0' });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('HOLDFAST_CONCURRENCY'),
      stdout: expect.not.stringMatching(/^\| Holdfast/m),
    });
  }, 120_000);

  test('refuses a workload it does not know, and lists those it knows', async () => {
    await expect(bench(['--only', 'crate'])).rejects.toMatchObject({
      code: 1,
      stderr: 'No such workload: crate\n\n',
      stdout: expect.stringContaining('create '),
    });
  });
});
