import type { Command } from 'commander';
import type { Context } from '../context.js';
import { EXIT } from '../outcome/exit-code.js';
import { openSession } from '../session.js';
import { table } from '../terminal/table.js';

/** `holdfast types`: what can be created. */
export function addTypes({ root, terminal, act }: Context): void {
  root
    .command('types')
    .description('list the operation types that can be created')
    .addHelpText('after', '\nExample:\n  holdfast types --json | jq .inputSchema')
    .action((_options: object, command: Command) =>
      act(command, async () => {
        const { holdfast, json, signal } = openSession(command, terminal);
        const types = await holdfast.types({ signal });
        const lines = json
          ? types.map((type) => JSON.stringify(type))
          : table(
              types.map(({ name, retry, description }) => [name, `${retry.maxAttempts} attempts`, description ?? '']),
            );
        for (const line of lines) terminal.print(line);
        return EXIT.ok;
      }),
    );
}
