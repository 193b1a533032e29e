import type { JsonValue } from '@holdfast/kernel';
import type { OperationContext } from '@holdfast/runner';
import { type Node, RACED } from './program.js';
import type { Witness } from './witness.js';

/** Input of an operation that runs a program; a child's names the call that made it. */
export interface ProgramInput {
  readonly call: string | null;
  readonly nodes: readonly Node[];
}

interface Scene {
  readonly op: OperationContext;
  readonly witness: Witness;
  readonly childType: string;
}

/** A handler that runs the program in its input and reports to the witness. */
export function interpreter(witness: Witness, childType: string) {
  return (op: OperationContext): Promise<JsonValue[]> => {
    const { call, nodes } = op.input as unknown as ProgramInput;
    if (call !== null) witness.sawChild(call, op.id);
    return runThread({ op, witness, childType }, 'main', nodes);
  };
}

/** Steps of a thread share one name, so that it is their order that tells them apart. */
async function runThread(scene: Scene, thread: string, nodes: readonly Node[]): Promise<JsonValue[]> {
  const values: JsonValue[] = [];
  for (const [index, node] of nodes.entries()) values.push(await runNode(scene, thread, index, node));
  return values;
}

async function runNode(scene: Scene, thread: string, index: number, node: Node): Promise<JsonValue> {
  const { op, witness } = scene;
  const place = `${op.id} ${thread}/${index}`;
  switch (node.do) {
    case 'step':
    case 'flaky':
      witness.acknowledges(place, await op.step(thread, () => executeStep(witness, place, node)));
      return node.value;
    case 'transaction':
      witness.acknowledges(place, await op.transaction(thread, (sql) => book(witness, place, sql)));
      return node.value;
    case 'sleep':
      await op.sleep(thread, node.ms);
      return 'slept';
    case 'signal': {
      const payload = (await op.waitForSignal(thread)) as number;
      witness.acknowledges(place, payload);
      return payload;
    }
    case 'race':
      return raceSignals(scene, thread, place, node);
    case 'timeout':
      return op.waitForSignal(`${thread} silence`, { timeoutMs: node.ms }).then(() => 'a signal nobody sent', codeOf);
    case 'throw':
      if (witness.failsAgain(place, node.times)) throw new Error('For now.');
      return 'went on';
    case 'exhaust':
      if (witness.resumes < node.until) throw new Error('Whenever it is tried.');
      return 'went on';
    case 'fail':
      if (witness.resumes < node.until) throw op.fail('stop', 'For good.');
      return 'went on';
    case 'call':
      return callChild(scene, thread, place, node);
    case 'group': {
      const branches = node.branches.map((branch, n) => runThread(scene, `${thread}.${index}.${n}`, branch));
      return node.eager ? Promise.all(branches) : op.all(branches);
    }
  }
}

/** All that was sent comes in, each once; who has won is the same in every run. */
async function raceSignals(
  { op, witness }: Scene,
  thread: string,
  place: string,
  { ms }: Extract<Node, { do: 'race' }>,
): Promise<JsonValue> {
  const wait = (side: string) => op.waitForSignal(`${thread} ${side}`) as Promise<number>;
  const { winner, value } = await op.race(`${thread} race`, {
    left: () => wait('left'),
    right: () => wait('right'),
    neither: () => op.sleep(`${thread} race`, ms),
  });
  witness.acknowledges(`${place} winner`, winner);
  witness.racesWon.push(winner);
  const payloads: number[] = [];
  for (const side of RACED) {
    payloads.push(side === winner ? value : await wait(side));
    witness.acknowledges(`${place} ${side}`, payloads.at(-1));
  }
  return payloads;
}

async function executeStep(
  witness: Witness,
  place: string,
  node: Extract<Node, { do: 'step' | 'flaky' }>,
): Promise<number> {
  const token = witness.executes(place);
  await new Promise((resolve) => setImmediate(resolve));
  if (node.do === 'flaky' && witness.failsAgain(place, node.failures)) throw new Error('Not yet.');
  witness.completes(place);
  return token;
}

type Sql = Parameters<Parameters<OperationContext['transaction']>[1]>[0];

async function book(witness: Witness, place: string, sql: Sql): Promise<number> {
  const token = witness.executes(place);
  witness.transactions.push(place);
  await sql.query('insert into booked values ($1, $2)', [place, token]);
  witness.completes(place);
  return token;
}

async function callChild(
  { op, childType }: Scene,
  thread: string,
  place: string,
  node: Extract<Node, { do: 'call' }>,
): Promise<JsonValue> {
  const result = op.call(thread, childType, { call: place, nodes: node.body } satisfies ProgramInput);
  if (!node.caught) return (await result) ?? null;
  return result.then(
    (value) => value ?? null,
    (error: unknown) => ({ caught: codeOf(error) }),
  );
}

/** Stop errors are not failures of what was called; they go on through whoever catches. */
function codeOf(error: unknown): string {
  if ((error as Error).name === 'AbortError') throw error;
  const brand = Object.getOwnPropertySymbols(error as object).map((symbol) => Reflect.get(error as object, symbol));
  const outcome = brand[0] as { error?: { code: string } } | undefined;
  return outcome?.error?.code ?? `no failure of ours: ${String(error)}`;
}
