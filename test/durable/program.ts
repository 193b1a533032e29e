import fc from 'fast-check';

/**
 * A program that a durable operation runs, as JSON: the operation's input. What is said «until» a number of resumes is
 * settled once the operation has been resumed that often; a large number means never.
 */
export type Node =
  | { readonly do: 'step'; readonly value: number }
  /** A step that fails so often before it succeeds. */
  | { readonly do: 'flaky'; readonly failures: number; readonly value: number }
  | { readonly do: 'transaction'; readonly value: number }
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'signal' }
  /** Races two signals and a sleep, then waits for the signals that have not won: none is lost, whoever wins. */
  | { readonly do: 'race'; readonly ms: number }
  /** Waits for a signal that nobody sends, and catches the time-out. */
  | { readonly do: 'timeout'; readonly ms: number }
  /** Throws outside of any step, so often. */
  | { readonly do: 'throw'; readonly times: number }
  /** Throws until the attempts are spent, again and again until then. */
  | { readonly do: 'exhaust'; readonly until: number }
  | { readonly do: 'fail'; readonly until: number }
  | { readonly do: 'call'; readonly caught: boolean; readonly body: readonly Node[] }
  /** Branches side by side, awaited with `op.all`, or with `Promise.all` when `eager`. */
  | { readonly do: 'group'; readonly eager: boolean; readonly branches: readonly (readonly Node[])[] };

/** Attempts of the type: more than the failures of any program without `exhaust`. */
export const ATTEMPTS = 8;
const FAILURES_MAX = ATTEMPTS - 2;
export const NEVER = 99;

const value = fc.integer({ min: 0, max: 99 });
const small = fc.integer({ min: 1, max: 2 });
/** Below and above what a worker waits for in place. */
const ms = fc.constantFrom(0, 3, 25, 40);
const until = fc.constantFrom(1, 1, 2, NEVER);

const step = fc.record({ do: fc.constant('step' as const), value });
const plain = fc.oneof(
  { weight: 4, arbitrary: step },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('flaky' as const), failures: small, value }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('transaction' as const), value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep' as const), ms }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('throw' as const), times: small }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('timeout' as const), ms }) },
);
const ending = fc.oneof(
  fc.record({ do: fc.constant('fail' as const), until }),
  fc.record({ do: fc.constant('exhaust' as const), until }),
);
const signal = fc.record({ do: fc.constant('signal' as const) });
/** An hour is never over; the others may be before the signals come, or when both are there. */
const race = fc.record({ do: fc.constant('race' as const), ms: fc.constantFrom(0, 3, 25, 3_600_000, 3_600_000) });
/** The signals that a race is about. */
export const RACED = ['left', 'right'] as const;

/** What a child runs. Nobody sends it signals, because nobody outside knows its id. */
const child = fc.array(fc.oneof({ weight: 8, arbitrary: plain }, { weight: 1, arbitrary: ending }), {
  minLength: 1,
  maxLength: 3,
});
const call = fc.record({ do: fc.constant('call' as const), caught: fc.boolean(), body: child });
const simple = fc.oneof(
  { weight: 10, arbitrary: plain },
  { weight: 4, arbitrary: signal },
  { weight: 3, arbitrary: race },
  { weight: 2, arbitrary: call },
  { weight: 1, arbitrary: ending },
);
const group = fc.record({
  do: fc.constant('group' as const),
  eager: fc.boolean(),
  branches: fc.array(fc.array(simple, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
});

export const programs: fc.Arbitrary<Node[]> = fc
  .array(fc.oneof({ weight: 5, arbitrary: simple }, { weight: 2, arbitrary: group }), { minLength: 1, maxLength: 6 })
  .map(settleable);

/**
 * Keeps a program inside of what has one outcome only. Failures that come to an end stay within the attempts, and a
 * `Promise.all`, which ends with whichever failure is first, has none but those.
 */
function settleable(nodes: Node[]): Node[] {
  let left = FAILURES_MAX;
  const take = (wanted: number) => {
    const taken = Math.min(wanted, left);
    left -= taken;
    return taken;
  };
  const visit = (node: Node): Node => {
    if (node.do === 'flaky') return { ...node, failures: take(node.failures) };
    if (node.do === 'throw') return { ...node, times: take(node.times) };
    if (node.do === 'call') return { ...node, body: settleable([...node.body]) };
    if (node.do !== 'group') return node;
    const branches = node.branches.map((branch) => branch.map(visit));
    return { ...node, branches, eager: node.eager && !branches.flat().some(endsForGood) };
  };
  return nodes.map(visit);
}

function endsForGood(node: Node): boolean {
  if (node.do === 'call') return node.body.some(endsForGood);
  return node.do === 'fail' || node.do === 'exhaust';
}

/** True when a failure in it may end the attempt while something beside it is still under way. */
export function leavesWorkBehind(nodes: readonly Node[]): boolean {
  return nodes.some((node) => node.do === 'group' && node.eager && node.branches.flat().some(failsForNow));
}

/** True when how far a branch gets before another one fails is a matter of time. */
export function racesWithFailures(nodes: readonly Node[]): boolean {
  const fails = (node: Node) => failsForNow(node) || endsForGood(node);
  return nodes.some((node) => node.do === 'group' && node.branches.flat().some(fails));
}

function failsForNow(node: Node): boolean {
  return (node.do === 'flaky' && node.failures > 0) || (node.do === 'throw' && node.times > 0);
}
