import type { Operation } from '@holdfast/client';
import { exitCodeOf, type ExitCode } from '../outcome/exit-code.js';
import { Interrupted } from '../outcome/mistake.js';
import type { Session } from '../session.js';
import { LiveBlock } from '../terminal/live-block.js';
import { progressLine } from '../view/progress-line.js';

/**
 * Waits for the end of an operation and shows how it goes: a bar that moves on a terminal, a line for each change
 * elsewhere. Ctrl-C ends the wait and leaves the operation alone.
 */
export async function follow(session: Session, id: string, timeoutMs: number | undefined): Promise<Operation> {
  const { holdfast, terminal, signal } = session;
  const block = terminal.drawsWords ? new LiveBlock(terminal.words) : null;
  let said = '';
  const onChange = (operation: Operation) => {
    const line = progressLine(operation, terminal);
    if (block) block.draw([line]);
    else if (line !== said) terminal.say(line);
    said = line;
  };
  try {
    return await holdfast.wait(id, { signal, onChange, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  } catch (error) {
    if (error instanceof Interrupted) terminal.say(`${id} goes on. Wait again: holdfast wait ${id}`);
    throw error;
  }
}

/** Prints how an operation ended: its result as data, its error in words. */
export function printEnd({ terminal, json }: Session, operation: Operation): ExitCode {
  const { id, status, result, error } = operation;
  if (json) terminal.print(JSON.stringify(operation));
  else if (status === 'succeeded') terminal.print(JSON.stringify(result ?? null, null, terminal.drawsData ? 2 : 0));
  else {
    const head = terminal.tint('red', 'holdfast:');
    terminal.say(
      `${head} ${id} ${status === 'failed' ? 'has failed' : 'was canceled'}: ${error?.code}: ${error?.message}`,
    );
    if (error?.effect === 'unknown')
      terminal.say('Nobody knows whether it had an effect outside: look before you act.');
    if (status === 'failed') terminal.say(`Resume it with its completed steps: holdfast resume ${id}`);
  }
  return exitCodeOf(operation);
}
