import type { Log, MessageStore, OperationStore, Signals } from '@holdfast/kernel';

const BATCH = 200;

export interface DeliveryParts {
  readonly messages: MessageStore;
  readonly operations: Pick<OperationStore, 'cancel'>;
  readonly signals: Signals;
  readonly log: Log;
}

/**
 * Carries notes between operations: a parent is woken when its child ended, a child is canceled when its parent ended
 * without it. A note lies in its own row until it has been acted on, so it survives any crash; acting on it twice does
 * no harm.
 */
export class DeliverMessages {
  private running: Promise<void> | null = null;
  private again = false;

  constructor(private readonly parts: DeliveryParts) {}

  /** There may be notes now. Never waits, never throws; the sweep comes by anyway. */
  soon(): void {
    this.again = true;
    this.running ??= this.drain().finally(() => {
      this.running = null;
      if (this.again) this.soon();
    });
  }

  /** Delivers what there is. */
  async run(): Promise<void> {
    await this.deliverLooks();
    await this.deliverCancels();
  }

  private async drain(): Promise<void> {
    while (this.again) {
      this.again = false;
      try {
        await this.run();
      } catch (error) {
        this.parts.log.debug('Notes between operations wait for the sweep.', { error: String(error) });
      }
    }
  }

  private async deliverLooks(): Promise<void> {
    for (;;) {
      const woken = await this.parts.messages.deliverLooks(BATCH);
      if (woken.length === 0) return;
      this.parts.signals.publish({ kind: 'due' });
      this.parts.signals.publish({ kind: 'changed', uuids: woken });
      if (woken.length < BATCH) return;
    }
  }

  private async deliverCancels(): Promise<void> {
    for (;;) {
      const notes = await this.parts.messages.cancelMessages(BATCH);
      if (notes.length === 0) return;
      for (const { tenant, uuid } of notes) {
        const canceled = tenant === null ? null : await this.parts.operations.cancel(tenant, uuid);
        if (canceled?.changed) {
          this.parts.signals.publish({ kind: 'changed', uuids: [uuid] });
          this.parts.signals.publish({ kind: 'cancel', uuids: [uuid] });
          this.again = true;
        }
      }
      await this.parts.messages.discardMessages(notes);
      if (notes.length < BATCH) return;
    }
  }
}
