import { type Clock, isRefusal, type Log, type OperationStore, Refusal } from '@holdfast/kernel';
import type { DrainFlag } from '../lifecycle/drain-flag.js';
import type { HealthReport } from './health-report.js';

/** How long the database may take before it counts as away, in ms. */
const ANSWER_MS = 3_000;
/** How long one answer serves, in ms: impatient probes cost one question a second, however many they are. */
const FRESH_MS = 1_000;

const READY: HealthReport = {
  ready: true,
  checks: { database: 'up', migrations: 'current', draining: false },
  reason: null,
};

const DRAINING: HealthReport = {
  ready: false,
  checks: { database: 'not-asked', migrations: 'not-asked', draining: true },
  reason: 'This process is shutting down.',
};

const DATABASE_AWAY: HealthReport = {
  ready: false,
  checks: { database: 'down', migrations: 'not-asked', draining: false },
  reason: 'The database does not answer.',
};

const SCHEMA_UNFIT: HealthReport = {
  ready: false,
  checks: { database: 'up', migrations: 'unfit', draining: false },
  reason: 'The schema of the database does not fit this release.',
};

/** Whether this process can serve: the database answers, its schema fits, and no shutdown is under way. */
export class HoldfastHealth {
  private asked: { readonly at: number; readonly report: Promise<HealthReport> } | null = null;
  private wasReady = true;

  constructor(
    private readonly store: Pick<OperationStore, 'ready'>,
    private readonly drain: DrainFlag,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Never rejects: what stands in the way is in the report. */
  async ready(): Promise<HealthReport> {
    if (this.drain.active) return DRAINING;
    const now = this.clock.monotonicMs();
    if (!this.asked || now - this.asked.at > FRESH_MS) this.asked = { at: now, report: this.ask() };
    const report = await this.asked.report;
    return this.drain.active ? DRAINING : report;
  }

  private async ask(): Promise<HealthReport> {
    try {
      await this.answerInTime();
      this.tell(READY, null);
      return READY;
    } catch (error) {
      const report = isRefusal(error) ? DATABASE_AWAY : SCHEMA_UNFIT;
      this.tell(report, error);
      return report;
    }
  }

  /** The store's own answer, or a refusal when it takes too long: not answering is being away. */
  private answerInTime(): Promise<void> {
    return new Promise((resolve, reject) => {
      const takeBack = this.clock.after(ANSWER_MS, () =>
        reject(new Refusal('database-unavailable', `No answer within ${ANSWER_MS} ms.`)),
      );
      this.store.ready().then(resolve, reject).finally(takeBack);
    });
  }

  /** One line a change, not one a probe. */
  private tell(report: HealthReport, error: unknown): void {
    if (this.wasReady === report.ready) return;
    this.wasReady = report.ready;
    if (report.ready) this.log.info('Ready again.');
    else this.log.warn(`Not ready: ${report.reason}`, { error });
  }
}
