import type { OperationEvent } from '@holdfast/client';
import type { Context } from '../context.js';
import { exitCodeOf, type ExitCode } from '../outcome/exit-code.js';
import { openSession, type Session } from '../session.js';
import { LiveBlock } from '../terminal/live-block.js';
import { storyTree } from '../view/story-tree.js';

const EXAMPLES = `
Examples:
  holdfast watch opn_01k8…                  # a live tree of attempts and steps
  holdfast watch opn_01k8… --json | jq .type

Where the output is no terminal, each event is one line. Ctrl-C ends the watch, never the operation.`;

/** `holdfast watch`: what an operation does, while it does it. */
export function addWatch({ root, terminal, act }: Context): void {
  root
    .command('watch <id>')
    .description('watch attempts and steps of an operation until it has ended')
    .addHelpText('after', EXAMPLES)
    .action((id: string, _options: object, command) =>
      act(command, () => {
        const session = openSession(command, terminal);
        return terminal.drawsData && !session.json ? watchTree(session, id) : watchLines(session, id);
      }),
    );
}

async function watchLines({ holdfast, json, terminal, signal }: Session, id: string): Promise<ExitCode> {
  for await (const event of holdfast.watch(id, { signal }))
    terminal.print(json ? JSON.stringify(event) : eventLine(event));
  return exitCodeOf(await holdfast.get(id, { signal }));
}

/** Every event is a reason to look again: the tree shows what the service says now, not what the events add up to. */
async function watchTree({ holdfast, terminal, signal }: Session, id: string): Promise<ExitCode> {
  const block = new LiveBlock(terminal.data);
  const draw = async () => {
    const operation = await holdfast.getFull(id, { signal });
    block.draw(storyTree(operation, terminal));
    return operation;
  };
  await draw();
  for await (const _ of holdfast.watch(id, { signal })) await draw();
  return exitCodeOf(await draw());
}

function eventLine({ time, type, data }: OperationEvent): string {
  const details = Object.entries(data).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [time, type.padEnd(20), ...details].join(' ').trimEnd();
}
