import { Executor } from '../statements/executor.js';
import { withClient } from './with-client.js';

/** Something about the server that a promise of ours depends on. */
export interface ServerFinding {
  /** `fatal` cannot work at all; `unsafe` works, and breaks a promise sooner or later. */
  readonly level: 'fatal' | 'unsafe';
  /** One line: what was found and what to do. */
  readonly message: string;
}

const VERSION_MIN = 15;
const VERSION_MAX = 18;

/** Settings that, when off, let a crash take what was acknowledged. */
const KEEPS_WHAT_WAS_ACKNOWLEDGED = ['fsync', 'full_page_writes', 'synchronous_commit'];

/**
 * Looks at the server before anything is started on it, with the eyes of the very role and database that will be used:
 * `alter role` and `alter database` may set for them what the server does not. Throws the driver's error when it cannot be
 * reached.
 */
export function checkServer(url: string): Promise<ServerFinding[]> {
  return withClient(url, 'holdfast check', async (client) => {
    const executor = new Executor(client, { prepare: false });
    const settings = await executor.run<{ name: string; setting: string }>('server-settings', {});
    const unlogged = await executor.run<{ name: string }>('unlogged-tables', {});
    return [
      ...judge(new Map(settings.map((row) => [row.name, row.setting]))),
      ...unlogged.map(({ name }) =>
        unsafe(
          `The table holdfast.${name} is unlogged: a crash empties it. Run «alter table holdfast.${name} set logged».`,
        ),
      ),
    ];
  });
}

function judge(settings: ReadonlyMap<string, string>): ServerFinding[] {
  const findings: ServerFinding[] = [];
  const version = Math.floor(Number(settings.get('server_version_num')) / 10_000);
  if (version < VERSION_MIN || version > VERSION_MAX) {
    findings.push(fatal(`PostgreSQL ${version} is not supported; use ${VERSION_MIN} to ${VERSION_MAX}.`));
  }
  if (settings.get('transaction_read_only') === 'on') {
    findings.push(fatal('The PostgreSQL server is read-only (a standby?); connect to the primary.'));
  }
  const isolation = settings.get('default_transaction_isolation');
  // A statement that waited for another one must see what that one has committed.
  if (isolation !== 'read committed') {
    findings.push(fatal(`default_transaction_isolation is ${isolation}; it must be «read committed» for this user.`));
  }
  for (const name of KEEPS_WHAT_WAS_ACKNOWLEDGED.filter((setting) => settings.get(setting) === 'off')) {
    findings.push(unsafe(`${name} is off: an acknowledged create can be lost in a crash. Turn it on.`));
  }
  if (settings.get('synchronous_commit') === 'local' && settings.get('synchronous_standby_names') !== '') {
    findings.push(
      unsafe('synchronous_commit is local: a failover to the synchronous standby can lose an acknowledged create.'),
    );
  }
  return findings;
}

function fatal(message: string): ServerFinding {
  return { level: 'fatal', message };
}

function unsafe(message: string): ServerFinding {
  return { level: 'unsafe', message };
}
