import type { Signal, Signals } from '@holdfast/kernel';

/** Signals within one process: all that a test of one process needs. */
export class LocalSignals implements Signals {
  private readonly listeners = new Set<(signal: Signal) => void>();

  publish(signal: Signal): void {
    for (const listener of this.listeners) listener(signal);
  }

  subscribe(listener: (signal: Signal) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
