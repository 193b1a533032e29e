import type { Log } from './log.js';
import type { Observer } from './observer.js';

type Run<Given, Result> = (given: Given) => Promise<Result>;

/**
 * An observer that somebody else wrote, kept from doing harm: whatever it throws, what it looks on at runs once and
 * gives what it gives. Each hook that fails is told of once, because one that always fails would fill the log.
 */
export function isolated(observer: Observer, log: Pick<Log, 'error'>): Observer {
  const told = new Set<keyof Observer>();
  const blame = (hook: keyof Observer, error: unknown) => {
    if (told.has(hook)) return;
    told.add(hook);
    log.error('An observer failed; what it looks on at goes on. This is told once.', { hook, error: String(error) });
  };
  const around = <Given, Result>(
    hook: keyof Observer,
    given: Given,
    run: Run<Given, Result>,
    look: (run: Run<Given, Result>) => Promise<Result>,
  ) => looked(run, given, look, (error) => blame(hook, error));
  const alone = (hook: keyof Observer, look: () => void) => {
    try {
      look();
    } catch (error) {
      blame(hook, error);
    }
  };
  const none = undefined;
  return {
    creation: (operation, store) => around('creation', operation, store, (run) => observer.creation(operation, run)),
    decision: (request, decide) =>
      around('decision', none, decide, (run) => observer.decision(request, () => run(none))),
    signal: (signal, send) => around('signal', signal.traceParent, send, (run) => observer.signal(signal, run)),
    attempt: (claimed, work, view) =>
      around('attempt', none, work, (run) => observer.attempt(claimed, () => run(none), view)),
    step: (claimed, id, work) => around('step', none, work, (run) => observer.step(claimed, id, () => run(none))),
    sweep: (sweep) => around('sweep', none, sweep, (run) => observer.sweep(() => run(none))),
    lost: (attempts) => alone('lost', () => observer.lost(attempts)),
    endedAlone: (operations) => alone('endedAlone', () => observer.endedAlone(operations)),
    retired: (counts) => alone('retired', () => observer.retired(counts)),
    batch: (statement, items, send) =>
      around('batch', none, send, (run) => observer.batch(statement, items, () => run(none))),
    statement: (name, send) => around('statement', none, send, (run) => observer.statement(name, () => run(none))),
  };
}

/**
 * Lets `look` run `run`, and sees to it that it has run, once, whatever `look` does. What `run` itself throws is no
 * failure of the observer and passes.
 */
function looked<Given, Result>(
  run: Run<Given, Result>,
  given: Given,
  look: (run: Run<Given, Result>) => Promise<Result>,
  blame: (error: unknown) => void,
): Promise<Result> {
  let running: Promise<Result> | null = null;
  const once = (observed: Given) => (running ??= run(observed));
  const blamed = async (error: unknown): Promise<Result> => {
    const result = await once(given);
    blame(error);
    return result;
  };
  try {
    return look(once).then((result) => (running ? result : once(given)), blamed);
  } catch (error) {
    return blamed(error);
  }
}
