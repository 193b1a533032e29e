import type { Observer } from './observer.js';

/** Several that look on as one: the first of them is the outermost, so that what it measures holds what the others do. */
export function observers([first, ...others]: readonly [Observer, ...Observer[]]): Observer {
  return others.reduce<Observer>(inside, first);
}

function inside(outer: Observer, inner: Observer): Observer {
  return {
    creation: (operation, store) => outer.creation(operation, (observed) => inner.creation(observed, store)),
    decision: (request, decide) => outer.decision(request, () => inner.decision(request, decide)),
    signal: (signal, send) => outer.signal(signal, (traceParent) => inner.signal({ ...signal, traceParent }, send)),
    attempt: (claimed, run, view) => outer.attempt(claimed, () => inner.attempt(claimed, run, view), view),
    step: (claimed, id, run) => outer.step(claimed, id, () => inner.step(claimed, id, run)),
    sweep: (run) => outer.sweep(() => inner.sweep(run)),
    lost(attempts) {
      outer.lost(attempts);
      inner.lost(attempts);
    },
    endedAlone(operations) {
      outer.endedAlone(operations);
      inner.endedAlone(operations);
    },
    retired(counts) {
      outer.retired(counts);
      inner.retired(counts);
    },
    batch: (statement, items, run) => outer.batch(statement, items, () => inner.batch(statement, items, run)),
    statement: (name, run) => outer.statement(name, () => inner.statement(name, run)),
  };
}
