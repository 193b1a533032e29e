import type { Context } from '../context.js';
import { EXIT } from '../outcome/exit-code.js';
import { openSession } from '../session.js';
import { operationCard, storyLines } from '../view/operation-card.js';

const EXAMPLES = `
Examples:
  holdfast get opn_01k8…
  holdfast get opn_01k8… --json | jq .progress`;

/** `holdfast get`: an operation as it is now. */
export function addGet({ root, terminal, act }: Context): void {
  root
    .command('get <id>')
    .description('show an operation as it is now')
    .addHelpText('after', EXAMPLES)
    .action((id: string, _options: object, command) =>
      act(command, async () => {
        const { holdfast, json, signal } = openSession(command, terminal);
        const operation = await holdfast.getFull(id, { signal });
        if (json) terminal.print(JSON.stringify(operation));
        else for (const line of [...operationCard(operation, terminal), ...storyLines(operation)]) terminal.print(line);
        return EXIT.ok;
      }),
    );
}
