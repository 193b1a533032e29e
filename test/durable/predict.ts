import { ATTEMPTS, type Node, RACED } from './program.js';

/** What must come of a program, however often its workers die. */
export interface Prediction {
  readonly status: 'succeeded' | 'failed';
  readonly result: unknown;
  readonly code: string | null;
  readonly resumes: number;
  /** Places, by operation and place, whose step or transaction is certain to have been completed. */
  readonly completed: readonly string[];
  /** Children that each call has created. */
  readonly children: ReadonlyMap<string, number>;
}

class Failure extends Error {
  constructor(
    readonly code: string,
    readonly final: boolean,
  ) {
    super(code);
  }
}

/** Remembers what an operation has completed. A place is `<operation> <thread>/<index>`. */
class Model {
  readonly completed = new Set<string>();
  readonly children = new Map<string, number>();
  resumes = 0;
  private readonly failures = new Map<string, number>();
  /** Outcomes of calls: results are kept, failures are forgotten by a resume. */
  private readonly calls = new Map<string, unknown>();
  private readonly failedCalls = new Map<string, string>();
  private readonly signals = new Map<string, number>();

  /** Runs an operation to its end: the values of the program, or the failure it ends with. */
  toEnd(operation: string, nodes: readonly Node[], attempts: number): { values: unknown[] } | Failure {
    for (let left = attempts; ; left -= 1) {
      try {
        return { values: this.thread(operation, 'main', nodes) };
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        if (failure.final || left === 1) return failure;
      }
    }
  }

  resume(): void {
    this.resumes += 1;
    this.failedCalls.clear();
  }

  private thread(operation: string, thread: string, nodes: readonly Node[]): unknown[] {
    return nodes.map((node, index) => this.node(operation, thread, index, node));
  }

  private node(operation: string, thread: string, index: number, node: Node): unknown {
    const place = `${operation} ${thread}/${index}`;
    switch (node.do) {
      case 'flaky':
        if (!this.completed.has(place)) this.failTimes(place, node.failures);
        this.completed.add(place);
        return node.value;
      case 'step':
      case 'transaction':
        this.completed.add(place);
        return node.value;
      case 'sleep':
        return 'slept';
      case 'signal':
        return this.signal(place, thread);
      case 'race':
        return RACED.map((side) => this.signal(`${place} ${side}`, `${thread} ${side}`));
      case 'timeout':
        return 'signal_timeout';
      case 'throw':
        this.failTimes(place, node.times);
        return 'went on';
      case 'exhaust':
        if (this.resumes < node.until) throw new Failure('handler_error', false);
        return 'went on';
      case 'fail':
        if (this.resumes < node.until) throw new Failure('stop', true);
        return 'went on';
      case 'call':
        return this.call(place, node);
      case 'group':
        return this.group(operation, `${thread}.${index}`, node);
    }
  }

  private failTimes(place: string, times: number): void {
    const failed = this.failures.get(place) ?? 0;
    if (failed >= times) return;
    this.failures.set(place, failed + 1);
    throw new Failure('handler_error', false);
  }

  /** Signals of a thread are numbered in the order in which they are sent, and given out in that order. */
  private signal(place: string, thread: string): number {
    const known = this.signals.get(place);
    if (known !== undefined) return known;
    const next = this.signals.get(thread) ?? 0;
    this.signals.set(thread, next + 1);
    this.signals.set(place, next);
    return next;
  }

  private call(place: string, node: Extract<Node, { do: 'call' }>): unknown {
    if (!this.calls.has(place) && !this.failedCalls.has(place)) {
      const made = this.children.get(place) ?? 0;
      this.children.set(place, made + 1);
      const end = this.toEnd(`${place}#${made}`, node.body, ATTEMPTS);
      if (end instanceof Failure) this.failedCalls.set(place, end.code);
      else this.calls.set(place, end.values);
    }
    const code = this.failedCalls.get(place);
    if (code === undefined) return this.calls.get(place);
    if (!node.caught) throw new Failure(code, true);
    return { caught: code };
  }

  /** All branches come to their end; then the first failure counts. */
  private group(operation: string, name: string, node: Extract<Node, { do: 'group' }>): unknown {
    const failures: Failure[] = [];
    const values = node.branches.map((branch, n) => {
      try {
        return this.thread(operation, `${name}.${n}`, branch);
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        failures.push(failure);
        return [];
      }
    });
    if (failures[0]) throw failures[0];
    return values;
  }
}

/** What must come of a program whose operation is resumed at most so often. */
export function predict(operation: string, nodes: readonly Node[], resumesMax: number): Prediction {
  const model = new Model();
  let end = model.toEnd(operation, nodes, ATTEMPTS);
  while (end instanceof Failure && model.resumes < resumesMax) {
    model.resume();
    end = model.toEnd(operation, nodes, ATTEMPTS);
  }
  const outcome =
    end instanceof Failure
      ? { status: 'failed' as const, result: null, code: end.code }
      : { status: 'succeeded' as const, result: end.values, code: null };
  return { ...outcome, resumes: model.resumes, completed: [...model.completed], children: model.children };
}
