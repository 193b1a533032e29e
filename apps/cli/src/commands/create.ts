import { type Created, type CreateOptions, identityKey, OperationTypeUnknownError } from '@holdfast/client';
import { closest } from '@holdfast/kernel';
import { randomUUID } from 'node:crypto';
import type { Context } from '../context.js';
import { readDuration, readWhole } from '../input/numbers.js';
import { readInput, readPairs, readTexts } from '../input/pairs.js';
import { EXIT, type ExitCode } from '../outcome/exit-code.js';
import { Mistake } from '../outcome/mistake.js';
import { openSession, type Session } from '../session.js';
import { follow, printEnd } from './follow.js';

interface Options {
  readonly input?: string;
  readonly key?: string;
  readonly identity?: string[];
  readonly label?: string[];
  readonly delay?: number;
  readonly runAt?: string;
  readonly deadline?: string;
  readonly priority?: number;
  readonly wait?: boolean;
  readonly timeout?: number;
}

const EXAMPLES = `
Examples:
  holdfast create demo.countdown from:=5 --wait
  holdfast create invoice.charge amount:=1200 currency=EUR --identity order 1001
  holdfast create report.make --input @report.json --key report-2026-11 --label team=north
  id=$(holdfast create demo.echo hello=world)

The same key with the same input is the same operation, however often you send it. Without --key or --identity a new key
is made, and shown before anything is sent.`;

/** `holdfast create`: creates an operation, and with --wait follows it to its end. */
export function addCreate({ root, terminal, act }: Context): void {
  root
    .command('create <type> [pairs...]')
    .description('create an operation, or find the one that the key created')
    .option('--input <json>', 'the whole input: JSON, @file, or - for standard input')
    .option('--key <key>', 'idempotency key')
    .option('--identity <parts...>', 'make the key from what tells this intent from all others')
    .option('--label <name=text...>', 'labels to find it by')
    .option('--delay <time>', 'not before this time has passed, such as 30s, 5m, 2h', readDuration)
    .option('--run-at <time>', 'not before this instant (RFC 3339)')
    .option('--deadline <time>', 'fail when it has not ended by this instant (RFC 3339)')
    .option('--priority <number>', '-100 to 100, higher first', readWhole)
    .option('--wait', 'wait for its end and print its result')
    .option('--timeout <time>', 'wait no longer than this', readDuration)
    .addHelpText('after', EXAMPLES)
    .action((type: string, pairs: string[], options: Options, command) =>
      act(command, () => create(openSession(command, terminal), type, pairs, options)),
    );
}

async function create(session: Session, type: string, pairs: readonly string[], options: Options): Promise<ExitCode> {
  const { terminal, json } = session;
  const input = inputOf(pairs, options);
  const key = keyOf(type, options);
  // Before the first byte is sent: whatever happens then, the same command with this key is safe.
  terminal.say(`${terminal.tint('dim', 'key')} ${key}`);
  const { operation, replayed } = await send(session, type, input, { ...envelopeOf(options), key });
  if (replayed) terminal.say(`${operation.id} was created earlier with this key; nothing was done twice.`);
  if (options.wait) {
    if (!replayed) terminal.say(`${terminal.tint('dim', 'id')}  ${operation.id}`);
    return printEnd(session, await follow(session, operation.id, options.timeout));
  }
  terminal.print(json ? JSON.stringify(operation) : operation.id);
  return EXIT.ok;
}

function inputOf(pairs: readonly string[], { input }: Options): unknown {
  if (input === undefined) return pairs.length === 0 ? null : readPairs(pairs);
  if (pairs.length > 0) throw new Mistake('Give the input as pairs or with --input, not both.');
  return readInput(input);
}

function keyOf(type: string, { key, identity }: Options): string {
  if (key !== undefined && identity !== undefined) throw new Mistake('Give --key or --identity, not both.');
  return key ?? (identity === undefined ? randomUUID() : identityKey(type, identity));
}

function envelopeOf({ label, delay, runAt, deadline, priority }: Options): CreateOptions {
  return {
    ...(label === undefined ? {} : { labels: readTexts(label) }),
    ...(delay === undefined ? {} : { delayMs: delay }),
    ...(runAt === undefined ? {} : { runAt }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** Sends it; of a type that nobody knows, says which one was probably meant. */
async function send(
  { holdfast, signal }: Session,
  type: string,
  input: unknown,
  options: CreateOptions,
): Promise<Created> {
  try {
    return await holdfast.create(type, input, { ...options, signal });
  } catch (error) {
    if (!(error instanceof OperationTypeUnknownError)) throw error;
    const known = (await holdfast.types()).map(({ name }) => name);
    const meant = closest(type, known);
    throw new Mistake(
      `There is no operation type «${type}».${meant === null ? '' : ` Did you mean ${meant}?`}`,
      known.length > 0 ? `Known types: ${known.join(', ')}` : 'The service has no types: start it with handlers.',
      EXIT.failed,
    );
  }
}
