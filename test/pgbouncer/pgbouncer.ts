import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@holdfast/testkit';
import pg from 'pg';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'operations', 'poolers.md');
const STARTS_WITHIN_MS = 20_000;

/** Whether Debian's package `pgbouncer`, or another one of that name, is installed. */
export function hasPgBouncer(): boolean {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The settings that our page tells people to give it. */
function documentedSettings(): string {
  const [, block] = /```ini\n([^`]+)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  if (!block) throw new Error(`${PAGE} has no settings`);
  return block;
}

/** A real PgBouncer in front of a test database, with the settings of our page. Later settings of the same name win. */
export class PgBouncer {
  private constructor(
    /** The database through the pooler. */
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(databaseUrl: string, settings: Readonly<Record<string, string>> = {}): Promise<PgBouncer> {
    const target = new URL(databaseUrl);
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-pgbouncer-'));
    const config = join(folder, 'pgbouncer.ini');
    const users = join(folder, 'users.txt');
    const all = {
      listen_addr: '127.0.0.1',
      listen_port: String(port),
      unix_socket_dir: '',
      auth_type: 'scram-sha-256',
      auth_file: users,
      // It refuses to run as root.
      ...(process.getuid?.() === 0 ? { user: 'nobody' } : {}),
      ...settings,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
    const databases = `[databases]\n* = host=${target.hostname} port=${target.port || '5432'}\n`;
    await writeFile(config, `${databases}[pgbouncer]\n${documentedSettings()}${lines.join('\n')}\n`);
    await writeFile(users, `"${target.username}" "${decodeURIComponent(target.password)}"\n`);
    await chmod(folder, 0o755);
    const child = spawn('pgbouncer', [config], { stdio: 'ignore' });
    target.hostname = '127.0.0.1';
    target.port = String(port);
    const pooler = new PgBouncer(target.toString(), child, folder);
    await until(() => pooler.answers(), STARTS_WITHIN_MS);
    return pooler;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = new Promise((resolve) => this.child.once('exit', resolve));
      // Its fast shutdown.
      this.child.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async answers(): Promise<boolean> {
    if (this.child.exitCode !== null) throw new Error(`pgbouncer ended with ${this.child.exitCode}`);
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  }
}
