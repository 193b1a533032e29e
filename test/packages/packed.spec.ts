import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Project, PUBLISHED, readManifest } from './pack.js';

const run = promisify(execFile);
const TSC = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin', 'tsc');
const NAMES = PUBLISHED.map(({ manifest }) => manifest.name);

const IMPORT = /^(?:import|export)\b[^;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

/** `@scope/name/further` belongs to `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

let project: Project;
/** None of ours: what a packed program needs it must bring along, or be told. */
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: process.env['TMPDIR'] };

beforeAll(async () => {
  project = new Project();
  await project.fill();
  writeFileSync(join(project.folder, 'package.json'), '{"type":"module","private":true}');
}, 120_000);

afterAll(() => project.remove());

describe('each package', () => {
  test.each(NAMES)('%s says what it is, has a README and a license, and none of our tests', (name) => {
    const folder = project.installed(name);
    expect(readManifest(folder)).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      description: expect.any(String),
      license: 'Apache-2.0',
      engines: { node: expect.any(String) },
    });
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules'),
    );
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'package.json']));
    expect(files.filter((file) => /\.spec\.|(^|\/)testing(\/|$)|tsbuildinfo|(?<!\.d)\.ts$/.test(file))).toEqual([]);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toMatch(new RegExp(`^# ${name}\n`));
  });

  test.each(NAMES)('%s names every package that it imports', (name) => {
    const folder = project.installed(name);
    const imported = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !file.startsWith('node_modules'))
      .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(IMPORT)])
      .map(([, from, bare, later]) => packageOf(from ?? bare ?? later ?? ''))
      .filter((other) => !other.startsWith('.') && !other.startsWith('node:'));
    const { dependencies, peerDependencies } = readManifest(folder);
    const named = { ...dependencies, ...peerDependencies };
    expect([...new Set(imported)].filter((other) => !(other in named))).toEqual([]);
  });

  test('shares what must be there once with the program that uses it: two copies of Nest or TypeORM know nothing of each other', () => {
    for (const name of ['@holdfast/nestjs', '@holdfast/store', '@holdfast/migrations']) {
      const { dependencies = {} } = readManifest(project.installed(name));
      expect(
        Object.keys(dependencies).filter((other) => /^@nestjs\/|^typeorm$|^rxjs$|^reflect-metadata$/.test(other)),
      ).toEqual([]);
    }
  });

  test.each(NAMES.filter((name) => name !== 'holdfast'))('%s can be imported from an empty project', async (name) => {
    const script = `const all = await import('${name}'); console.log(Object.keys(all).length)`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project.folder, env });
    expect(Number(stdout)).toBeGreaterThan(0);
  });
});

describe('the client', () => {
  test('has types that stand by themselves, without those of Node', async () => {
    writeFileSync(
      join(project.folder, 'consumer.ts'),
      `import { Holdfast, type Operation } from '@holdfast/client';
       interface Operations { 'invoice.charge': { input: { amount: number }; result: { receipt: string } } }
       const holdfast = new Holdfast<Operations>({ baseUrl: 'http://localhost:8080' });
       const { receipt } = await holdfast.run('invoice.charge', { amount: 1 }, { identity: ['order', 1] });
       export const text: string = receipt;
       export const operation: Operation<{ receipt: string }> = await holdfast.get<'invoice.charge'>('id');
       // @ts-expect-error this type was not declared
       await holdfast.create('invoice.refund', {});
       // @ts-expect-error this is not its input
       await holdfast.create('invoice.charge', { cents: 1 });`,
    );
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--lib',
      'es2023,dom,dom.asynciterable',
    ];
    await run(TSC, [...options, '--types', '', 'consumer.ts'], { cwd: project.folder, env });
  });
});

test('npx holdfast dev and holdfast create, from the packages alone, bring an operation to its end', async () => {
  const command = project.command('holdfast');
  const service = spawn(command, ['dev', '--port', '0'], { cwd: project.folder, env });
  let said = '';
  service.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  service.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    while (!said.includes('Ctrl-C')) {
      await Promise.race([
        once(service.stdout, 'data'),
        once(service, 'exit').then(() => Promise.reject(new Error(`it did not start:\n${said}`))),
      ]);
    }
    const [, url = ''] = /API +(http:\S+)/.exec(said) ?? [];
    const words = ['create', 'demo.countdown', 'from:=2', 'everyMs:=50', '--wait', '--url', url];
    const { stdout, stderr } = await run(command, words, { cwd: project.folder, env });
    expect(JSON.parse(stdout)).toEqual({ countedFrom: 2, attempts: 1 });
    expect(stderr).toMatch(/█+ 2\/2 {2}lift-off/);
  } finally {
    service.kill('SIGTERM');
    if (service.exitCode === null) await once(service, 'exit');
  }
}, 120_000);
