/**
 * Whether this process is on its way out. One flag, raised once and never lowered, that readiness, the front door and
 * the worker all look at.
 */
export class DrainFlag {
  private raised = false;

  get active(): boolean {
    return this.raised;
  }

  raise(): void {
    this.raised = true;
  }
}
