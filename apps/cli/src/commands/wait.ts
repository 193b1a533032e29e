import type { Context } from '../context.js';
import { readDuration } from '../input/numbers.js';
import { EXIT, type ExitCode } from '../outcome/exit-code.js';
import { openSession } from '../session.js';
import { follow, printEnd } from './follow.js';

const EXAMPLES = `
Examples:
  holdfast wait opn_01k8… --timeout 10m
  holdfast wait $(holdfast list --status running --json | jq -r .id)

Exit codes: 0 succeeded, 1 failed, 4 not ended in time, 5 canceled. Of several operations the worst one counts.
Ctrl-C ends the wait, never the operation.`;

/** `holdfast wait`: follows operations to their end, one after the other. */
export function addWait({ root, terminal, act }: Context): void {
  root
    .command('wait <ids...>')
    .description('wait for the end of operations and print their results')
    .option('--timeout <time>', 'wait no longer than this for each, such as 30s, 5m, 2h', readDuration)
    .addHelpText('after', EXAMPLES)
    .action((ids: string[], { timeout }: { timeout?: number }, command) =>
      act(command, async () => {
        const session = openSession(command, terminal);
        let worst: ExitCode = EXIT.ok;
        for (const id of ids) {
          const code = printEnd(session, await follow(session, id, timeout));
          if (worst === EXIT.ok || code === EXIT.failed) worst = code;
        }
        return worst;
      }),
    );
}
