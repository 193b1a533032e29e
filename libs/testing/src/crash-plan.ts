/** A write of the worker: the checkpoint of a step, or the end of an attempt. */
export type CrashPoint = 'checkpoint' | 'finish';

export interface PlannedCrash {
  readonly when: 'before' | 'after';
  readonly point: CrashPoint;
  /** Name of the step; any when absent. */
  readonly step: string | undefined;
}

/** Where the next workers die. Each crash happens once. */
export class CrashPlan {
  private readonly planned: PlannedCrash[] = [];

  add(crash: PlannedCrash): void {
    this.planned.push(crash);
  }

  /** The crash that is planned for this write, which is no longer planned then. */
  take(point: CrashPoint, step?: string): PlannedCrash['when'] | null {
    const at = this.planned.findIndex((crash) => crash.point === point && (crash.step ?? step) === step);
    return at === -1 ? null : (this.planned.splice(at, 1)[0]?.when ?? null);
  }
}
