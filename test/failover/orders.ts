/** Time a client takes before it asks again. */
const BREATH_MS = 50;
const TIMEOUT_MS = 15_000;

/** What a client was told by one request. */
export interface Answer {
  /** 0 when no answer came. */
  readonly status: number;
  readonly id: string | null;
  readonly replayed: boolean;
}

/** Clients who place one order after the other, and who repeat an order with its key until they are sure of it. */
export class Orders {
  /** Ids of operations by the keys whose creates were acknowledged. */
  readonly acknowledged = new Map<string, string>();
  /** Requests that came to nothing anybody knows of. */
  unsure = 0;
  private placed = 0;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly type: string,
  ) {}

  /** Places orders with as many clients until told to stop; resolves when each of them is sure of its last one. */
  async run(clients: number): Promise<void> {
    const client = async () => {
      while (!this.stopped) await this.insist((this.placed += 1));
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  stop(): void {
    this.stopped = true;
  }

  /** One create, once. Never throws: that no answer came is an answer. */
  async create(n: number, timeoutMs = TIMEOUT_MS): Promise<Answer> {
    return fetch(`${this.url}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': keyOf(n) },
      body: JSON.stringify({ type: this.type, input: { n } }),
      signal: AbortSignal.timeout(timeoutMs),
    })
      .then(async (answer) => {
        const { id = null } = (await answer.json()) as { id?: string | null };
        return { status: answer.status, id, replayed: answer.headers.get('idempotent-replayed') === 'true' };
      })
      .catch(() => ({ status: 0, id: null, replayed: false }));
  }

  private async insist(n: number): Promise<void> {
    for (;;) {
      const { status, id } = await this.create(n);
      if (id !== null && (status === 202 || status === 200)) {
        this.acknowledged.set(keyOf(n), id);
        return;
      }
      this.unsure += 1;
      await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    }
  }
}

export function keyOf(n: number): string {
  return `order-${n}`;
}
