import { pause } from '@holdfast/kernel';
import { backoffAfter } from './backoff.js';
import { FaultNotice } from './fault-notice.js';
import { Lease, type LeaseParts } from './lease.js';

export interface LeasesParts extends Omit<LeaseParts, 'closing'> {
  /** There is a lease to claim under again. */
  readonly onOpened: () => void;
}

/** The leases of one process: the one that claims, and those that only see out what is still held under them. */
export class Leases {
  private open: Lease | null = null;
  private readonly others = new Set<Lease>();
  private readonly closing = new AbortController();
  private readonly fault: FaultNotice;
  private opening: Promise<void> | null = null;

  constructor(private readonly parts: LeasesParts) {
    this.fault = new FaultNotice(parts.log, 'Registering the worker');
  }

  /** The lease to claim under; null while there is none. */
  get current(): Lease | null {
    return this.open;
  }

  /** Opens a lease as soon as the database allows; from now on there is always one, or one being asked for. */
  start(): void {
    if (this.closing.signal.aborted) return;
    this.opening ??= this.openOne().finally(() => {
      this.opening = null;
    });
  }

  /** Opens no more, and gives back those there are. Never rejects. */
  async retire(): Promise<void> {
    this.closing.abort();
    await this.opening;
    const leases = [...this.others, ...(this.open ? [this.open] : [])];
    this.open = null;
    await Promise.all(leases.map((lease) => lease.retire()));
  }

  private async openOne(): Promise<void> {
    const { clock, random, onOpened } = this.parts;
    const { signal } = this.closing;
    while (!signal.aborted) {
      // A registration whose answer was lost may exist, so each try is another worker.
      const lease = new Lease({ ...this.parts, closing: signal }, (ended) => this.replace(ended));
      try {
        await lease.open();
        this.fault.worked();
        this.open = lease;
        onOpened();
        return;
      } catch (error) {
        await pause(clock, backoffAfter(this.fault.failed(error), random), signal);
      }
    }
  }

  private replace(ended: Lease): void {
    if (this.open === ended) this.open = null;
    for (const lease of this.others) if (lease.over) this.others.delete(lease);
    if (!ended.over) this.others.add(ended);
    this.start();
  }
}
