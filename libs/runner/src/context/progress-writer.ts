import { type HeldOperation, isJsonObject, type JsonValue, LIMITS, type Log, type WorkerStore } from '@holdfast/kernel';
import { jsonTextOf } from '../attempt/json-text.js';
import { describeThrown } from '../attempt/thrown-value.js';

export interface ProgressParts {
  readonly store: Pick<WorkerStore, 'recordProgress'>;
  readonly held: HeldOperation;
  readonly log: Log;
  /** Called after each report that was stored. */
  readonly onStored: () => void;
  /** Called when the operation turns out to belong to somebody else by now. */
  readonly onLost: () => void;
}

/**
 * Writes the progress of one attempt: at most one write is under way, and of the reports that arrive meanwhile only the
 * newest is written after it. So a handler may report as often as it likes.
 */
export class ProgressWriter {
  private newest: string | null = null;
  private writing: Promise<void> | null = null;
  private closed = false;

  constructor(private readonly parts: ProgressParts) {}

  /**
   * Resolves once this report, or a newer one, is stored. Progress is for people who watch: when the database is away
   * the report waits for the next one, and the handler goes on. Rejects with a TypeError for what is not an object of
   * JSON within `LIMITS.progressBytes`, and after the attempt has ended.
   */
  report(progress: unknown): Promise<void> {
    const accepted = this.accept(progress);
    // Most handlers do not await progress; for those a mistake in it must not become an unhandled rejection.
    accepted.catch(() => undefined);
    return accepted;
  }

  /** Writes what is left and takes no more. Never rejects. */
  async close(): Promise<void> {
    this.closed = true;
    await this.flush();
  }

  /** Takes no more, and forgets what is left: nothing may be written for the operation any longer. */
  abandon(): void {
    this.closed = true;
    this.newest = null;
  }

  private async accept(progress: unknown): Promise<void> {
    if (this.closed) throw new TypeError('op.progress was called after the attempt had ended');
    this.newest = progressText(progress);
    await this.flush();
  }

  private flush(): Promise<void> {
    if (this.newest !== null) this.writing ??= this.write();
    return this.writing ?? Promise.resolve();
  }

  private async write(): Promise<void> {
    const { store, held, log, onStored, onLost } = this.parts;
    while (this.newest !== null) {
      const text = this.newest;
      this.newest = null;
      try {
        if (await store.recordProgress(held, text)) onStored();
        else onLost();
      } catch (error) {
        log.debug('Progress could not be stored.', { error: describeThrown(error) });
        // A report that came meanwhile is newer; without one, this goes with the next.
        if (!this.closed) this.newest ??= text;
        break;
      }
    }
    this.writing = null;
  }
}

function progressText(progress: unknown): string {
  const json = jsonTextOf(progress, LIMITS.progressBytes);
  if (json.kind === 'too-large') {
    throw new TypeError(`op.progress: ${json.bytes} bytes of JSON; at most ${LIMITS.progressBytes} are stored`);
  }
  if (json.kind !== 'text' || !isJsonObject(JSON.parse(json.text) as JsonValue)) {
    throw new TypeError('op.progress needs an object of JSON values');
  }
  return json.text;
}
