import { OperationPurgedError } from '@holdfast/client';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { EXIT } from '../outcome/exit-code.js';
import { openSession } from '../session.js';
import { operationCard, storyLines } from '../view/operation-card.js';

const EXAMPLES = `
Examples:
  holdfast keys order-1001
  holdfast keys order-1001 --json | jq '.requests[] | [.time, .outcome, .reason]'

«Did my lost request arrive?» Nothing is created by asking.`;

/** `holdfast keys`: what became of an idempotency key. */
export function addKeys({ root, terminal, act }: Context): void {
  root
    .command('keys <key>')
    .description('show what became of an idempotency key: the operation, and every request with it')
    .addHelpText('after', EXAMPLES)
    .action((key: string, _options: object, command: Command) =>
      act(command, async () => {
        const { holdfast, json, signal } = openSession(command, terminal);
        try {
          const found = await holdfast.findByKey(key, { signal });
          if (found === null) {
            if (json) terminal.print('null');
            else terminal.say('No operation was ever created with this key: it is free, and safe to send.');
            return EXIT.ok;
          }
          const operation = await holdfast.getFull(found.id, { signal });
          if (json) terminal.print(JSON.stringify(operation));
          else
            for (const line of [...operationCard(operation, terminal), ...storyLines(operation)]) terminal.print(line);
          return EXIT.ok;
        } catch (error) {
          if (!(error instanceof OperationPurgedError)) throw error;
          const { operationId, operationStatus, purgedAt } = error.problem;
          if (json) terminal.print(JSON.stringify({ operationId, operationStatus, purgedAt }));
          else
            terminal.print(`${operationId} was purged at ${purgedAt}; it had ${operationStatus}. The key stays taken.`);
          return EXIT.ok;
        }
      }),
    );
}
