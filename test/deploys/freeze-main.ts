import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@holdfast/embedded';
import { migrate } from '@holdfast/store';
import pg from 'pg';
import { freeze } from './freeze.js';
import { keep } from './frozen-state.js';

const [, , name] = process.argv;
if (name === undefined) throw new Error('Say what it is called: npm run freeze -- 1.0.0');

const dataDir = join(await mkdtemp(join(tmpdir(), 'holdfast-freeze-')), 'data');
const server = await startEmbeddedPostgres({ dataDir });
const admin = new pg.Client({ connectionString: server.url });
await admin.connect();
let made = 0;
const state = await freeze(async () => {
  made += 1;
  const url = new URL(server.url);
  url.pathname = `/frozen_${made}`;
  await admin.query(`create database frozen_${made}`);
  await migrate(url.href);
  return { url: url.href, drop: async () => void (await admin.query(`drop database frozen_${made}`)) };
});
process.stdout.write(`${keep(name, state)}: ${state.statements.length} statements, ${state.life.length} calls\n`);
await admin.end();
await server.stop();
