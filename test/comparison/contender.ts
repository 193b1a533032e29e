/** What a payment asks the route of a contender to do. */
export interface Payment {
  readonly id: string;
  readonly cents?: number;
  /** `throw`: the first execution fails. `kill`: the first execution never comes to its end. */
  readonly fail?: 'throw' | 'kill';
}

/** One library behind an ordinary HTTP route, in two processes over one storage. */
export interface Contender {
  readonly name: string;
  /** Where payments are sent. */
  readonly url: string;
  /** The same route in a process that lives on when the first one has died. */
  readonly survivorUrl: string;
  /** Has the payment executed by a process that dies in the middle, after the effect. */
  crash(key: string, payment: Payment): Promise<void>;
  /** How often the effect has happened. */
  readonly effects: (id: string) => Promise<number>;
  stop(): Promise<void>;
}

/**
 * What the route does, for the libraries that keep their records in memory: the effect, and then a moment in which
 * others may come. A process that dies is one whose route never ends.
 */
export class Ledger {
  private readonly counts = new Map<string, number>();

  async pay({ id, fail }: Payment): Promise<{ readonly n: number }> {
    const n = this.of(id) + 1;
    this.counts.set(id, n);
    if (fail === 'throw' && n === 1) throw new Error('the first one fails');
    if (fail === 'kill' && n === 1) await new Promise(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { n };
  }

  of(id: string): number {
    return this.counts.get(id) ?? 0;
  }
}

/** Lets others have their turn, as a storage across a network does. */
export const roundTrip = () => new Promise((resolve) => setTimeout(resolve, 1));

export function post(url: string, key: string, payment: object, user = 'ann'): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-user': user },
    body: JSON.stringify(payment),
  });
}

interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

/** A contender whose storage is in memory, between two servers that stand for two processes. */
export function twoProcesses(name: string, ledger: Ledger, first: Served, second: Served): Contender {
  return {
    name,
    url: first.url,
    survivorUrl: second.url,
    crash: async (key, payment) => {
      void post(first.url, key, { ...payment, fail: 'kill' }).catch(() => undefined);
      while (ledger.of(payment.id) === 0) await roundTrip();
    },
    effects: (id) => Promise.resolve(ledger.of(id)),
    stop: async () => {
      await Promise.all([first.stop(), second.stop()]);
    },
  };
}
