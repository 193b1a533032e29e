import { canaryOf } from './tenants.js';

/** What one client wants done, once, however often it has to ask. */
export interface Order {
  readonly tenant: string;
  readonly key: string;
  readonly body: string;
  /** Requests with this key that go out at the same moment. */
  readonly copies: number;
  /** More creates that go out together with this one, in one batch. */
  readonly companions: readonly { readonly key: string; readonly body: string }[];
  readonly wishes: Wishes;
}

/** What else the client does with it. */
export interface Wishes {
  /** Asks for it to stop, sooner or later. */
  readonly cancel?: boolean;
  /** Signals that it sends, each with a key of its own, and each more than once. */
  readonly signals?: number;
  /** Gives it more attempts so many times when it fails. */
  readonly resumes?: number;
  /** Erases it when it has ended, and then tries to find it and to run it again. */
  readonly erase?: boolean;
}

interface Kind extends Wishes {
  readonly type: string;
  readonly input?: object;
  readonly delayMs?: number;
  readonly companions?: number;
}

const LONG_STEP_MS = 400;

/** Of a hundred operations these; the rest is work. */
const SPECIAL: Readonly<Record<number, Kind>> = {
  2: { type: 'crash.patient', input: { signals: 2 }, signals: 2 },
  5: { type: 'crash.patient', input: { signals: 3 }, signals: 3 },
  7: { type: 'crash.declined' },
  8: { type: 'crash.work', input: { slowMs: LONG_STEP_MS }, cancel: true },
  11: { type: 'crash.mended', input: { failures: 1 }, resumes: 3 },
  13: { type: 'crash.plain', erase: true },
  14: { type: 'crash.parent', input: { calls: 'crash.work' } },
  17: { type: 'crash.plain', companions: 5 },
  19: { type: 'crash.flaky', input: { failures: 2 } },
  22: { type: 'crash.patient', input: { signals: 1 }, cancel: true },
  23: { type: 'crash.flaky', input: { failures: 1 } },
  25: { type: 'crash.racer', input: { signals: 1 }, signals: 1 },
  28: { type: 'crash.work', cancel: true, erase: true },
  31: { type: 'crash.work', delayMs: 400 },
  35: { type: 'crash.parent', input: { calls: 'crash.declined' } },
  37: { type: 'crash.work', input: { slowMs: LONG_STEP_MS } },
  44: { type: 'crash.mended', input: { failures: 2 }, resumes: 3, erase: true },
  47: { type: 'crash.parent', input: { calls: 'crash.work', slowMs: LONG_STEP_MS }, cancel: true },
  50: { type: 'crash.work', erase: true },
  52: { type: 'crash.patient', input: { signals: 2 }, signals: 2, erase: true },
  56: { type: 'crash.racer', input: { signals: 1 }, signals: 1 },
  59: { type: 'crash.work', delayMs: 300, cancel: true },
  62: { type: 'crash.work', companions: 3 },
  65: { type: 'crash.racer', input: { signals: 1 }, signals: 1, cancel: true },
  77: { type: 'crash.mended', input: { failures: 1 }, resumes: 3, cancel: true },
  83: { type: 'crash.declined', erase: true },
  86: { type: 'crash.flaky', input: { failures: 2 }, cancel: true },
};

/** Once in a thousand: each costs a worker, or stops one for longer than its lease. */
const RARE: Readonly<Record<number, Kind>> = {
  43: { type: 'crash.killer' },
  571: { type: 'crash.blocker', input: { blockMs: 3_000 } },
};
/** A prime, so that in time operations of every kind are asked for in a storm. */
const STORM_EVERY = 41;
const STORM_COPIES = 12;

/** The n-th order of a run. Both tenants use the same keys, so that a key alone never says whose it is. */
export function orderOf(n: number): Order {
  const tenant = n % 2 === 0 ? 'one' : 'two';
  const ordinary = { type: n % 3 === 0 ? 'crash.plain' : 'crash.work' };
  const kind: Kind = RARE[n % 1_000] ?? SPECIAL[n % 100] ?? ordinary;
  const { companions = 0, type, input, delayMs, ...wishes } = kind;
  const key = `order-${Math.floor(n / 2)}`;
  const bodyOf = (more: object) => {
    const rest = { type, ...(delayMs === undefined ? {} : { delayMs }) };
    return JSON.stringify({ ...rest, input: { n, canary: canaryOf(tenant), ...input, ...more } });
  };
  const companion = (_: unknown, index: number) => ({
    key: `${key}-${index + 1}`,
    body: bodyOf({ companion: index + 1 }),
  });
  return {
    tenant,
    key,
    body: bodyOf({}),
    copies: n % STORM_EVERY === 0 ? STORM_COPIES : 1,
    companions: Array.from({ length: companions }, companion),
    wishes,
  };
}
