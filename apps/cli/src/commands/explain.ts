import type { Command } from 'commander';
import type { Context } from '../context.js';
import { EXIT } from '../outcome/exit-code.js';
import { openSession } from '../session.js';

const EXAMPLES = `
Examples:
  holdfast explain opn_01k8…
  holdfast explain opn_01k8… --json | jq -r '.reasons[].code'`;

/** `holdfast explain`: why an operation is where it is, and what moves it next. */
export function addExplain({ root, terminal, act }: Context): void {
  root
    .command('explain <id>')
    .description('say why an operation is where it is, and what moves it next')
    .addHelpText('after', EXAMPLES)
    .action((id: string, _options: object, command: Command) =>
      act(command, async () => {
        const { holdfast, json, signal } = openSession(command, terminal);
        const explanation = await holdfast.explain(id, { signal });
        if (json) {
          terminal.print(JSON.stringify(explanation));
          return EXIT.ok;
        }
        for (const { detail } of explanation.reasons) terminal.print(detail);
        if (explanation.next) terminal.print(explanation.next.detail);
        for (const { detail } of [...explanation.retries, ...explanation.requests]) {
          terminal.print(`  ${terminal.paint('dim', '·')} ${detail}`);
        }
        return EXIT.ok;
      }),
    );
}
