import type { Operation, ResumeOptions } from '@holdfast/client';
import { type Command, Option } from 'commander';
import type { Context } from '../context.js';
import { readInput, readPairs } from '../input/pairs.js';
import { EXIT, type ExitCode } from '../outcome/exit-code.js';
import { Mistake } from '../outcome/mistake.js';
import { openSession, type Session } from '../session.js';
import { statusWord } from '../view/status-word.js';

/** `holdfast cancel`: asks operations to stop. */
export function addCancel({ root, terminal, act }: Context): void {
  root
    .command('cancel <ids...>')
    .description('ask operations to stop')
    .addHelpText('after', '\nExample:\n  holdfast cancel opn_01k8… && holdfast wait opn_01k8…')
    .action((ids: string[], _options: object, command: Command) =>
      act(command, async () => {
        const session = openSession(command, terminal);
        for (const id of ids) {
          const operation = await session.holdfast.cancel(id, { signal: session.signal });
          print(session, operation);
          if (operation.status === 'running') terminal.say(`${id} was told; it ends when its handler yields.`);
        }
        return EXIT.ok;
      }),
    );
}

interface ResumeFlags {
  readonly reason?: string;
  readonly key?: string;
  readonly deadline?: string;
  readonly fromStep?: string;
  readonly step?: string;
  readonly outcome?: 'done' | 'not-done';
  readonly result?: string;
}

const RESUME_EXAMPLES = `
Examples:
  holdfast resume opn_01k8… --reason 'the bank is back'
  holdfast resume opn_01k8… --from-step book
  holdfast resume opn_01k8… --step charge --outcome done --result '{"id":"ch_1"}'`;

/** `holdfast resume`: gives a failed operation more attempts; its completed steps stay. */
export function addResume({ root, terminal, act }: Context): void {
  root
    .command('resume <id>')
    .description('give a failed operation more attempts')
    .option('--reason <text>', 'kept with the operation')
    .option('--key <key>', 'the same key never resumes twice')
    .option('--deadline <time>', 'a new deadline (RFC 3339), or none')
    .option('--from-step <name>', 'do this step and those after it again')
    .option('--step <name>', 'a step whose outcome nobody knew')
    .addOption(new Option('--outcome <outcome>', 'what was found out about it').choices(['done', 'not-done']))
    .option('--result <json>', 'what the step returned')
    .addHelpText('after', RESUME_EXAMPLES)
    .action((id: string, flags: ResumeFlags, command: Command) =>
      act(command, async () => {
        const session = openSession(command, terminal);
        return print(session, await session.holdfast.resume(id, { ...resumeOptions(flags), signal: session.signal }));
      }),
    );
}

function resumeOptions({ deadline, result, ...rest }: ResumeFlags): ResumeOptions {
  return {
    ...rest,
    ...(deadline === undefined ? {} : { deadline: deadline === 'none' ? null : deadline }),
    ...(result === undefined ? {} : { result: readInput(result) }),
  };
}

interface SignalFlags {
  readonly payload?: string;
  readonly key?: string;
}

const SIGNAL_EXAMPLES = `
Examples:
  holdfast signal opn_01k8… approval by=ann
  holdfast signal opn_01k8… approval --payload '{"by":"ann"}' --key approval-by-ann

The same key is the same signal, however often it is sent.`;

/** `holdfast signal`: sends a signal that an operation waits for, or will wait for. */
export function addSignal({ root, terminal, act }: Context): void {
  root
    .command('signal <id> <name> [pairs...]')
    .description('send a signal that the operation waits for, or will wait for')
    .option('--payload <json>', 'the whole payload: JSON, @file, or - for standard input')
    .option('--key <key>', 'idempotency key')
    .addHelpText('after', SIGNAL_EXAMPLES)
    .action((id: string, name: string, pairs: string[], flags: SignalFlags, command: Command) =>
      act(command, async () => {
        const session = openSession(command, terminal);
        const { key } = flags;
        const options = { signal: session.signal, ...(key === undefined ? {} : { key }) };
        return print(session, await session.holdfast.signal(id, name, payloadOf(pairs, flags), options));
      }),
    );
}

function payloadOf(pairs: readonly string[], { payload }: SignalFlags): unknown {
  if (payload === undefined) return pairs.length === 0 ? null : readPairs(pairs);
  if (pairs.length > 0) throw new Mistake('Give the payload as pairs or with --payload, not both.');
  return readInput(payload);
}

function print({ terminal, json }: Session, operation: Operation): ExitCode {
  const paint = terminal.paint.bind(terminal);
  terminal.print(json ? JSON.stringify(operation) : `${operation.id} ${statusWord(operation, paint)}`);
  return EXIT.ok;
}
