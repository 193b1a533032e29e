import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CommandLine } from './command-line.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-dev-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('holdfast dev is a whole service: it takes an operation to its end, drains at Ctrl-C, and can be examined', async () => {
  const shell = new CommandLine({
    HOLDFAST_URL: 'http://127.0.0.1:9',
    HOLDFAST_TOKEN: 'not-for-the-service',
    HOLDFAST_DATA_DIR: join(folder, 'data'),
  });
  const service = shell.start('dev', '--port', '0');
  await service.said(/Ctrl-C/);
  const [, url = ''] = /API +(http:\S+)/.exec(service.stdout) ?? [];
  const { code, stdout } = await shell.run('create', 'demo.flaky', 'failures:=1', '--wait', '--url', url);
  expect([code, JSON.parse(stdout)]).toEqual([0, { succeededOnAttempt: 2 }]);
  const doctor = await shell.run('doctor', '--url', url);
  expect([doctor.code, doctor.stdout]).toEqual([0, expect.stringMatching(/✓ ok +drift/)]);
  service.child.kill('SIGINT');
  expect((await service.ended).code).toBe(0);
  // Variables that are meant for the commands are none of the service's.
  expect(service.stderr).not.toMatch(/is not a setting/);
});

test('a wrong setting is one clear line and exit 1', async () => {
  const { code, stderr } = await new CommandLine({}).run('dev', '--port', 'http');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^holdfast: PORT: /);
});
