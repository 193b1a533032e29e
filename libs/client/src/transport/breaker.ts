import {
  type CircuitBreakerPolicy,
  circuitBreaker,
  ExponentialBackoff,
  handleWhenResult,
  isBrokenCircuitError,
  SamplingBreaker,
} from 'cockatiel';
import { CircuitOpenError } from '../errors/circuit-open-error.js';
import type { Outcome } from './exchange.js';
import type { Fault } from './fault.js';

/** When the client stops asking a service that does not answer, and how soon it looks again. Times in ms. */
export interface BreakerPolicy {
  /** Share of failed requests, 0 to 1, within `windowMs`. */
  readonly threshold: number;
  readonly windowMs: number;
  /** With fewer requests a second the window says nothing. */
  readonly minimumPerSecond: number;
  /** First look after the circuit has opened; later ones come exponentially later. */
  readonly firstLookMs: number;
  readonly maxLookMs: number;
}

export const DEFAULT_BREAKER: BreakerPolicy = {
  threshold: 0.9,
  windowMs: 10_000,
  minimumPerSecond: 2,
  firstLookMs: 500,
  maxLookMs: 15_000,
};

/** A circuit breaker for short requests. Held ones do without: one request in half a minute hurts nobody. */
export class Breaker {
  private readonly policy: CircuitBreakerPolicy | null;

  /** `false` for none. */
  constructor(settings: BreakerPolicy | false) {
    this.policy =
      (settings &&
        circuitBreaker(handleWhenResult(isOutage), {
          breaker: new SamplingBreaker({
            threshold: settings.threshold,
            duration: settings.windowMs,
            minimumRps: settings.minimumPerSecond,
          }),
          halfOpenAfter: new ExponentialBackoff({ initialDelay: settings.firstLookMs, maxDelay: settings.maxLookMs }),
        })) ||
      null;
  }

  /** Lets `work` happen, or gives a fault at once while the circuit is open. */
  async guard<Got>(work: () => Promise<Outcome<Got>>): Promise<Outcome<Got>> {
    if (this.policy === null) return work();
    try {
      return await this.policy.execute(work);
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      return { fault: heldBack(error) };
    }
  }
}

function isOutage(outcome: unknown): boolean {
  return 'fault' in (outcome as Outcome) && (outcome as { fault: Fault }).fault.isOutage;
}

function heldBack(cause: unknown): Fault {
  return {
    reason: 'server-error',
    retryable: true,
    waitMs: 0,
    isOutage: false,
    error: (facts) => new CircuitOpenError(facts, { cause }),
  };
}
