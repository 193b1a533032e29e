import { type StopCode, StopError } from './stop-reason.js';

/**
 * Tells a handler to stop. The platform's signal is made when somebody first asks for it: hardly any handler does, and
 * making one costs a tenth of a short attempt.
 */
export class StopSignal {
  private controller: AbortController | null = null;
  private reason: StopError | null = null;

  get aborted(): boolean {
    return this.reason !== null;
  }

  /** The first reason stands, as with every signal of the platform. */
  abort(code: StopCode): void {
    if (this.reason) return;
    this.reason = new StopError(code);
    this.controller?.abort(this.reason);
  }

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.reason) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }
}
