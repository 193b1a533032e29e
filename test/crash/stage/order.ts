import { canaryOf } from '../checker/tenants.js';

/** What one client wants done, once, however often it has to ask. */
export interface Order {
  readonly tenant: string;
  readonly key: string;
  readonly body: string;
  /** Requests with this key that go out at the same moment. */
  readonly copies: number;
}

/** Every hundredth operation of its kind; the rest is work. */
const RARE: Readonly<Record<number, (n: number) => { type: string; input?: object; delayMs?: number }>> = {
  7: () => ({ type: 'crash.declined' }),
  19: () => ({ type: 'crash.flaky', input: { failures: 2 } }),
  23: () => ({ type: 'crash.flaky', input: { failures: 1 } }),
  31: () => ({ type: 'crash.work', delayMs: 400 }),
  37: () => ({ type: 'crash.work', input: { slowMs: 400 } }),
  // Once in a thousand: each costs a worker, or stops one for longer than its lease.
  43: (n) => (n % 1_000 === 43 ? { type: 'crash.killer' } : { type: 'crash.plain' }),
  71: (n) => (n % 1_000 === 571 ? { type: 'crash.blocker', input: { blockMs: 3_000 } } : { type: 'crash.plain' }),
};
const STORM_EVERY = 40;
const STORM_COPIES = 12;

/** The n-th order of a run. Both tenants use the same keys, so that a key alone never says whose it is. */
export function orderOf(n: number): Order {
  const tenant = n % 2 === 0 ? 'one' : 'two';
  const ordinary = { type: n % 3 === 0 ? 'crash.plain' : 'crash.work' };
  const { input, ...rest } = { input: {}, ...(RARE[n % 100]?.(n) ?? ordinary) };
  return {
    tenant,
    key: `order-${Math.floor(n / 2)}`,
    body: JSON.stringify({ ...rest, input: { n, canary: canaryOf(tenant), ...input } }),
    copies: n % STORM_EVERY === 0 ? STORM_COPIES : 1,
  };
}
