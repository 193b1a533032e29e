import type { Account } from './account.js';
import { serverEnvironment, type Command } from './command.js';

/** Makes the command that starts a program, as whoever is to run it. `cwd` defaults to our own. */
export type RunAs = (program: string, args: readonly string[], cwd?: string) => Command;

/**
 * What lets root's child read below folders that only root may enter, such as a checkout in /root or from `mktemp -d`.
 * The first is enough, the second is the one that containers have by default.
 */
const CAPABILITIES = ['dac_read_search', 'dac_override'] as const;

/** The ways to run something as the account, the one with the least rights first. Null is our own user. */
export function waysToRunAs(account: Account | null): RunAs[] {
  if (account === null) {
    return [asOurselves];
  }
  const plain = asAccount(account);
  return process.platform === 'linux' ? [plain, ...CAPABILITIES.map((one) => withCapability(account, one))] : [plain];
}

export const asOurselves: RunAs = (file, args, cwd) => ({ file, args, options: options(cwd) });

export function asAccount({ uid, gid }: Account): RunAs {
  return (file, args, cwd) => ({ file, args, options: { ...options(cwd), uid, gid } });
}

/**
 * setpriv(1) hands one capability through the change of user. `no_setuid_fixup` is needed because PostgreSQL asks
 * access(2) about its own binary, and that call otherwise ignores the capabilities of a user who is not root.
 */
function withCapability(account: Account, capability: string): RunAs {
  const drop = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups', '--no-new-privs'];
  const keep = [
    `--inh-caps=-all,+${capability}`,
    `--ambient-caps=-all,+${capability}`,
    '--securebits=+no_setuid_fixup',
  ];
  return (program, args, cwd) => ({
    file: 'setpriv',
    args: [...drop, ...keep, program, ...args],
    options: options(cwd),
  });
}

function options(cwd: string | undefined): Command['options'] {
  return { env: serverEnvironment(), ...(cwd === undefined ? {} : { cwd }) };
}
