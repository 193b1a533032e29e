import { statement } from '../statements/statement.js';
import { withClient } from './with-client.js';

/** Something about the server that a promise of ours depends on. */
export interface ServerFinding {
  /** `fatal` cannot work at all; `unsafe` breaks the promise that an acknowledged create is never lost. */
  readonly level: 'fatal' | 'unsafe';
  /** One line: what was found and what to do. */
  readonly message: string;
}

const VERSION_MIN = 15;
const VERSION_MAX = 18;

/** Looks at the server before anything is started on it. Throws the driver's error when it cannot be reached. */
export function checkServer(url: string): Promise<ServerFinding[]> {
  return withClient(url, 'holdfast check', async (client) => {
    const { rows } = await client.query<{ name: string; setting: string }>(statement('server-settings').text);
    return judge(new Map(rows.map((row) => [row.name, row.setting])));
  });
}

function judge(settings: ReadonlyMap<string, string>): ServerFinding[] {
  const findings: ServerFinding[] = [];
  const version = Math.floor(Number(settings.get('server_version_num')) / 10_000);
  if (version < VERSION_MIN || version > VERSION_MAX) {
    findings.push({
      level: 'fatal',
      message: `PostgreSQL ${version} is not supported; use ${VERSION_MIN} to ${VERSION_MAX}.`,
    });
  }
  if (settings.get('transaction_read_only') === 'on') {
    findings.push({
      level: 'fatal',
      message: 'The PostgreSQL server is read-only (a standby?); connect to the primary.',
    });
  }
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if (settings.get(name) === 'off') {
      findings.push({
        level: 'unsafe',
        message: `${name} is off: an acknowledged create can be lost in a crash. Turn it on.`,
      });
    }
  }
  return findings;
}
