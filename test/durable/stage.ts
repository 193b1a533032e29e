import { DeliverMessages, Engine, Sweep } from '@holdfast/engine';
import {
  type HeldOperation,
  isRefusal,
  isTerminal,
  type JsonValue,
  silentLog,
  type Status,
  systemClock,
} from '@holdfast/kernel';
import { defineHandlers, type HandlerRegistry } from '@holdfast/runner';
import { endLostBackoff, Latch, unique } from '@holdfast/testkit';
import { interpreter, type ProgramInput } from './interpret.js';
import { type Fate, MortalWorker, type Takeover } from './mortal-worker.js';
import { ATTEMPTS, type Node, RACED } from './program.js';
import { Witness } from './witness.js';
import type { Workbench } from './workbench.js';

/** One performance of a program. */
export interface Script {
  readonly nodes: readonly Node[];
  /** How one worker after the other leaves; the one after the last lives. */
  readonly fates: readonly Fate[];
  readonly resumesMax: number;
  /** Ms before each signal is sent. */
  readonly pauses: readonly number[];
}

export interface Ended {
  readonly id: string;
  readonly status: string;
  readonly result: unknown;
  readonly code: string | null;
  readonly lost: number;
  readonly gone: number;
  readonly staleWrites: number;
}

const RETRY = { maxAttempts: ATTEMPTS, maxLost: 1_000, initialDelayMs: 1, factor: 1, maxDelayMs: 3 };
const ENDS_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 3;
/** A signal that is refused so is sent again: once the operation has been resumed, or once there is room. */
const SENT_AGAIN: ReadonlySet<string> = new Set(['operation-terminal', 'overloaded', 'database-unavailable']);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Has one program run by workers that leave as told, with signals and resumes from outside. */
export class Stage {
  readonly witness = new Witness();
  private readonly type = unique('program').replaceAll('-', '.x');
  private readonly handlers: HandlerRegistry;
  private readonly engine: Engine;
  private readonly mail: DeliverMessages;
  private readonly sweep: Sweep;
  private readonly workers: MortalWorker[] = [];
  private readonly leavings = new Set<Promise<unknown>>();
  /** Closed while somebody who is stale writes: whoever has started since waits with his own writes. */
  private gate = new Latch();
  private ended = false;
  private readonly giveUpAt = performance.now() + ENDS_WITHIN_MS;

  constructor(
    private readonly bench: Workbench,
    private readonly script: Script,
  ) {
    const { store, signals } = bench;
    const childType = `${this.type}.child`;
    const definition = { retry: RETRY, run: interpreter(this.witness, childType) };
    this.handlers = defineHandlers({ [this.type]: definition, [childType]: definition }, 'the test');
    this.mail = new DeliverMessages({ messages: store.steps, operations: store, signals, log: silentLog });
    this.sweep = new Sweep(store, signals, this.mail);
    const { mail, handlers } = this;
    this.engine = new Engine({ store, types: handlers.types, signals, clock: systemClock, random: Math.random, mail });
  }

  /** Resolves with what the operation has come to when nobody resumes it any more. */
  async perform(): Promise<Ended> {
    const { id, uuid } = await this.create();
    this.gate.open();
    this.startWorker();
    const sent = this.sendSignals(id);
    try {
      await this.untilEnded(id, uuid);
      this.bench.signals.publish({ kind: 'changed', uuids: [uuid] });
    } finally {
      this.ended = true;
      await sent;
      await Promise.all(this.leavings);
      await Promise.all(this.workers.map((worker) => worker.end()));
    }
    return this.outcome(id, uuid);
  }

  private async create() {
    const { type } = this;
    const input = { call: null, nodes: this.script.nodes } satisfies ProgramInput as unknown as JsonValue;
    const valid = { type, input, runAt: null, delayMs: 0, deadline: null, priority: 0, labels: {} };
    const { operation } = await this.engine.create.execute({
      tenant: this.bench.tenant,
      key: unique('key'),
      body: { type, input },
      validate: () => valid,
      traceParent: null,
    });
    return operation;
  }

  private startWorker(): void {
    const { bench, mail, sweep, handlers } = this;
    const worker = new MortalWorker({
      store: bench.store,
      signals: bench.signals,
      mail,
      sweep,
      handlers,
      begins: this.gate.opened,
      fate: this.script.fates[this.workers.length] ?? null,
      onGone: (ids, held) => {
        // Nobody is needed any more; a worker that is started now would never be ended.
        if (this.ended) return Promise.resolve({ goOn: () => undefined, disturbance: () => Promise.resolve(null) });
        const leaving = this.replace(ids, held).finally(() => this.leavings.delete(leaving));
        this.leavings.add(leaving);
        return leaving;
      },
      onViolation: (what) => this.witness.violations.push(what),
    });
    this.workers.push(worker);
    worker.start();
  }

  /** Another worker takes its place, and its lease ends at once: nobody has to wait for that. */
  private async replace(ids: readonly string[], held: HeldOperation | null): Promise<Takeover> {
    const { bench } = this;
    if (held !== null) this.gate = new Latch();
    const { gate } = this;
    this.startWorker();
    await bench.query("update holdfast.workers set lease_until = now() - interval '1 second' where id = any($1)", [
      ids,
    ]);
    for (;;) {
      await this.sweep.run();
      await endLostBackoff(bench);
      bench.signals.publish({ kind: 'due' });
      const [left] = await bench.query('select 1 from holdfast.operations where lease_owner = any($1)', [ids]);
      const found = held && (await this.rowOf(held));
      // What a losing branch of a race has left behind may be written when the operation has come to its end.
      const over = isTerminal(found?.['status'] as Status);
      if (!left && (!held || over || Number(found?.['fence']) > held.fence)) {
        const disturbance = async () => (held && !over ? moveOf(found, await this.rowOf(held)) : null);
        return { goOn: gate.open, disturbance };
      }
      this.assertInTime('a lost operation was not taken over');
      await pause(LOOK_EVERY_MS);
    }
  }

  private async rowOf({ uuid }: HeldOperation): Promise<Row | undefined> {
    const [row] = await this.bench.query('select fence, lost, status, attempt from holdfast.operations where id = $1', [
      uuid,
    ]);
    return row;
  }

  /** Signals of each thread are sent in its order; one to an operation that has failed is sent again after the resume. */
  private async sendSignals(id: string): Promise<void> {
    const { tenant } = this.bench;
    const counts = new Map<string, number>();
    for (const [index, name] of signalNames('main', this.script.nodes).entries()) {
      const payload = counts.get(name) ?? 0;
      counts.set(name, payload + 1);
      await pause(this.script.pauses[index] ?? 0);
      while (!this.ended) {
        try {
          await this.engine.signals.send({ tenant, id, name, key: `${payload}`, payload });
          break;
        } catch (error) {
          if (!isRefusal(error) || !SENT_AGAIN.has(error.slug)) throw error;
          await pause(LOOK_EVERY_MS);
        }
      }
    }
  }

  private async untilEnded(id: string, uuid: string): Promise<void> {
    const { tenant, store } = this.bench;
    for (;;) {
      const operation = await store.find(tenant, uuid);
      if (operation?.finishedAt) {
        if (operation.status !== 'failed' || this.witness.resumes >= this.script.resumesMax) return;
        this.witness.resumes += 1;
        const asked = { key: null, reason: null, deadline: undefined, version: null };
        await this.engine.control.resume({ tenant, id, ...asked });
      }
      this.assertInTime(`still ${operation?.status}, waiting for ${JSON.stringify(operation?.waiting)}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  private assertInTime(what: string): void {
    if (performance.now() > this.giveUpAt) throw new Error(`not within ${ENDS_WITHIN_MS} ms: ${what}`);
  }

  private async outcome(id: string, uuid: string): Promise<Ended> {
    const [row] = await this.bench.query('select status, result, error, lost from holdfast.operations where id = $1', [
      uuid,
    ]);
    const error = row?.['error'] as { code: string } | null;
    return {
      id,
      status: String(row?.['status']),
      result: row?.['result'],
      code: error?.code ?? null,
      lost: Number(row?.['lost']),
      gone: this.workers.filter((worker) => worker.dead).length,
      staleWrites: this.workers.filter((worker) => worker.stale).length,
    };
  }
}

type Row = Record<string, unknown>;

/** A successor that has died in turn has lost the operation; nothing else may have happened to it. */
function moveOf(before: Row | null | undefined, after: Row | undefined): string | null {
  if (before?.['fence'] !== after?.['fence'] || before?.['lost'] !== after?.['lost']) return null;
  if (before?.['status'] === after?.['status'] && before?.['attempt'] === after?.['attempt']) return null;
  return `${JSON.stringify(before)} to ${JSON.stringify(after)}`;
}

/** Names of all signals a program waits for: a thread's in its order. */
function signalNames(thread: string, nodes: readonly Node[]): string[] {
  return nodes.flatMap((node, index) => {
    if (node.do === 'signal') return [thread];
    if (node.do === 'race') return RACED.map((side) => `${thread} ${side}`);
    if (node.do !== 'group') return [];
    return node.branches.flatMap((branch, n) => signalNames(`${thread}.${index}.${n}`, branch));
  });
}
