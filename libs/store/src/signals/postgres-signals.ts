import { type Clock, type Log, newUuid, type Signal, type Signals } from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import type { Executor } from '../statements/executor.js';
import { executorOf } from '../statements/executor-of.js';
import { Listener } from './listener.js';
import { decodeSignal, encodeSignals } from './payload.js';

/** Least time between two notifications of one process, in ms: a busy service sends few, an idle one at once. */
const GAP_MS = 20;

export interface PostgresSignalsParts {
  /** Where to listen: PostgreSQL itself. Null where a pooler is all there is, and nothing can be heard. */
  readonly url: string | null;
  readonly dataSource: DataSource;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Signals within this process at once and to other processes by NOTIFY, after commit and coalesced. A lost
 * notification costs latency only, because whoever listens also polls; behind a transaction pooler none arrives.
 */
export class PostgresSignals implements Signals {
  private readonly listeners = new Set<(signal: Signal) => void>();
  private readonly executor: Executor;
  private readonly listener: Listener | null;
  private readonly self: string;
  private due = false;
  private readonly changed = new Set<string>();
  private readonly cancel = new Set<string>();
  private flushing = false;
  private closed = false;

  constructor(private readonly parts: PostgresSignalsParts) {
    this.executor = executorOf(parts.dataSource);
    this.self = newUuid(parts.clock.wallMs(), 0);
    const { url } = parts;
    this.listener = url === null ? null : this.listenerAt(url);
  }

  start(): void {
    this.listener?.start();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.listeners.clear();
    await this.listener?.close();
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  publish(signal: Signal): void {
    this.deliver(signal);
    if (signal.kind === 'due') this.due = true;
    else for (const uuid of signal.uuids) this[signal.kind].add(uuid);
    if (!this.flushing && !this.closed) void this.flush();
  }

  private listenerAt(url: string): Listener {
    return new Listener(
      { ...this.parts, url },
      {
        // What was announced while nobody listened is unknown: look for work.
        onConnect: () => this.deliver({ kind: 'due' }),
        onPayload: (payload) => {
          const signal = decodeSignal(payload, this.self);
          if (signal) this.deliver(signal);
        },
      },
    );
  }

  private deliver(signal: Signal): void {
    for (const listener of this.listeners) {
      try {
        listener(signal);
      } catch (error) {
        this.parts.log.error('A listener of signals failed.', { error: String(error) });
      }
    }
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    const payloads = encodeSignals(this.self, this.due, [...this.changed], [...this.cancel]);
    this.due = false;
    this.changed.clear();
    this.cancel.clear();
    try {
      await this.executor.run('notify', { payloads });
    } catch {
      // The hint is lost; polling finds what it was about.
    }
    this.parts.clock.after(GAP_MS, () => {
      this.flushing = false;
      const more = this.due || this.changed.size > 0 || this.cancel.size > 0;
      if (more && !this.closed) void this.flush();
    });
  }
}
