import { stat } from 'node:fs/promises';
import { serverEnvironment } from './command.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runCommand } from './run-command.js';

/** The account PostgreSQL runs under when this process is root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** `postgres` is there where PostgreSQL was ever installed, `nobody` on every Linux and macOS. */
const CANDIDATES = ['postgres', 'nobody'] as const;

/**
 * PostgreSQL refuses to run as root, so that root needs another account: the one that already owns the cluster, else
 * an existing unprivileged one. No account is created, because nobody expects a start to change the system's users.
 * Null when this process is not root, and the server simply runs as its user.
 *
 * @throws EmbeddedPostgresError when there is no such account.
 */
export async function serverAccount(cluster: string): Promise<Account | null> {
  if (process.getuid?.() !== 0) {
    return null;
  }
  const owner = await stat(cluster).catch(() => null);
  if (owner && owner.uid !== 0) {
    return { name: `with uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  }
  for (const name of CANDIDATES) {
    const [uid, gid] = await Promise.all([askId('-u', name), askId('-g', name)]);
    if (uid !== null && gid !== null) {
      return { name, uid, gid };
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root and there is no user ${CANDIDATES.join(' or ')}: run as an ordinary user, or set DATABASE_URL.`,
  );
}

async function askId(flag: '-u' | '-g', name: string): Promise<number | null> {
  const { code, output } = await runCommand({ file: 'id', args: [flag, name], options: { env: serverEnvironment() } });
  return code === 0 ? Number(output) : null;
}
