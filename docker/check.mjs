// Follows docker/Dockerfile without a Docker engine: copies and runs, step by step, in a folder a stage, then starts what
// the last stage holds as an account without rights, asks its own health check, and ends it with SIGTERM.
// npm run docker:check; DATABASE_URL names a PostgreSQL to use instead of an embedded one.
import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CONTEXT = resolve(import.meta.dirname, '..');
/** nobody: an account that owns nothing. Only root can become it. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const READY_WITHIN_MS = 60_000;

/** Instructions as [word, rest]; comments gone, continued lines joined. */
function instructions(text) {
  return text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()]);
}

/** Whether a path of the context is left out: names at the top, and `**` with a name or an ending at any depth. */
function ignoring(text) {
  const patterns = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const tests = patterns.map((pattern) => {
    const deep = pattern.startsWith('**/');
    const words = pattern
      .replace('**/', '')
      .replaceAll('.', String.raw`\.`)
      .replaceAll('*', '[^/]*');
    return new RegExp(`${deep ? '(^|/)' : '^'}${words}(/|$)`);
  });
  return (path) => tests.some((one) => one.test(path));
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function run(command, cwd, env) {
  const { status } = spawnSync('sh', ['-c', command], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`«${command}» ended with ${status}`);
}

/** The image's own Node comes first, and no folder of the repository is on the way. */
const PATH = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');

async function follow(folder) {
  const ignored = ignoring(await readFile(join(CONTEXT, 'docker/Dockerfile.dockerignore'), 'utf8'));
  const stages = new Map();
  let stage = null;
  for (const [word, rest] of instructions(await readFile(join(CONTEXT, 'docker/Dockerfile'), 'utf8'))) {
    say(`${word} ${rest}`);
    if (word === 'FROM') {
      const name = / AS (\w+)$/i.exec(rest)?.[1] ?? `stage-${stages.size}`;
      stage = { root: join(folder, name), workdir: '/', env: { PATH } };
      stages.set(name, stage);
    } else if (word === 'WORKDIR') {
      stage.workdir = rest;
      await mkdir(join(stage.root, rest), { recursive: true });
    } else if (word === 'ENV') {
      for (const [, name, value] of rest.matchAll(/(\w+)=(\S+)/g)) stage.env[name] = value;
    } else if (word === 'COPY') {
      await copy(rest, stage, stages, ignored);
    } else if (word === 'RUN') {
      // The way to the registry, proxies and certificates, is this machine's own.
      run(rest, join(stage.root, stage.workdir), { ...process.env, ...stage.env });
    } else if (word === 'HEALTHCHECK') {
      stage.health = JSON.parse(rest.slice(rest.indexOf('[')));
    } else if (word === 'CMD') {
      stage.command = JSON.parse(rest);
    } else if (!['ARG', 'USER', 'EXPOSE', 'STOPSIGNAL'].includes(word)) {
      throw new Error(`${word} is not understood here`);
    }
  }
  return stage;
}

async function copy(rest, stage, stages, ignored) {
  const [, name] = /^--from=(\w+) /.exec(rest) ?? [];
  const [from, to] = rest.replace(/^--from=\w+ /, '').split(' ');
  const target = join(stage.root, stage.workdir, to);
  const options = { recursive: true, verbatimSymlinks: true };
  if (name) await cp(join(stages.get(name).root, from), target, options);
  else await cp(join(CONTEXT, from), target, { ...options, filter: (path) => !ignored(relative(CONTEXT, path)) });
}

async function database() {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: () => Promise.resolve() };
  const { startEmbeddedPostgres } = await import('@holdfast/embedded');
  return startEmbeddedPostgres({ dataDir: await mkdtemp(join(tmpdir(), 'holdfast-docker-db-')) });
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** Starts the image's command, waits until its health check says yes, and asks it to stop. */
async function live({ root, workdir, env, command, health }, url) {
  const cwd = join(root, workdir);
  const everything = { ...env, DATABASE_URL: url, PORT: String(await freePort()) };
  const options = { cwd, env: everything, ...NOBODY };
  const service = spawn(command[0], command.slice(1), { ...options, stdio: 'inherit' });
  const ended = new Promise((done) => service.once('exit', (code, signal) => done(code ?? signal)));
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (spawnSync(health[0], health.slice(1), options).status !== 0) {
    if (service.exitCode !== null || Date.now() > giveUpAt) throw new Error('the image did not get healthy');
    await sleep(250);
  }
  const page = await fetch(`http://127.0.0.1:${everything.PORT}/metrics`);
  if (!(await page.text()).includes('holdfast_database_up 1')) throw new Error('the image shows no metrics');
  service.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) throw new Error(`SIGTERM ended the image with ${code}`);
}

const folder = await mkdtemp(join(tmpdir(), 'holdfast-docker-'));
try {
  const image = await follow(folder);
  say(
    spawnSync('du', ['-sh', join(image.root, image.workdir)], { encoding: 'utf8' }).stdout.split('\t')[0] + ' in /app',
  );
  // Others than root must be able to read it, as they can in an image.
  run(`chmod -R a+rX ${folder}`, folder, { PATH });
  const server = await database();
  try {
    await live(image, server.url);
  } finally {
    await server.stop();
  }
  say('The image builds, gets healthy as an account without rights, shows its metrics, and ends with 0 on SIGTERM.');
} finally {
  await rm(folder, { recursive: true, force: true });
}
