import { formatTypeId, isTerminal, type Status } from '@holdfast/kernel';
import type { Answered } from '../evidence/exchange.js';
import type { Ask, RecordingClient } from './client.js';
import type { Order } from './order.js';

/** Time a client takes before it asks again; at once would keep a service down that has just come back. */
const BREATH_MS = 50;
/** Of types that do not choose their own. */
const ID_PREFIX = 'opn';

/** Where a request may go to: any API will do, also for a repetition. */
export type Choose = () => string;

/** Sees to orders as a careful client does: the same key until the answer is sure, then polls until the end. */
export class Customer {
  constructor(
    private readonly client: RecordingClient,
    private readonly choose: Choose,
    private readonly random: () => number,
    /** True once no more answers are to be waited for. */
    private readonly mustLeave: () => boolean,
  ) {}

  /** Gives the operation's id when it has ended; null when there was no time for that. */
  async see(order: Order): Promise<string | null> {
    const uuids = await Promise.all(Array.from({ length: order.copies }, () => this.create(order)));
    const uuid = uuids.find((each) => each !== null) ?? null;
    if (uuid === null || !(await this.follow(order, uuid))) return null;
    await this.lookAround(order, uuid);
    return uuid;
  }

  private async create(order: Order): Promise<string | null> {
    const { tenant, key, body } = order;
    const path = '/operations';
    const ask: Ask = { action: 'create', method: 'POST', path, tenant, key, body, uuid: null, waitSeconds: 0 };
    const sure = await this.insist(ask, ({ status }) => status > 0 && status < 500 && status !== 409);
    return sure?.uuid ?? null;
  }

  private async follow({ tenant, key }: Order, uuid: string): Promise<boolean> {
    const asked = { method: 'GET', tenant, key, body: null, uuid } as const;
    const byKey: Ask = { ...asked, action: 'find', path: `/operations/by-key/${key}`, waitSeconds: 0 };
    const byId: Ask = { ...asked, action: 'get', path: `/operations/${formatTypeId(ID_PREFIX, uuid)}`, waitSeconds: 2 };
    for (;;) {
      const seen = await this.insist(this.random() < 0.5 ? byKey : byId, ({ status }) => status > 0 && status < 500);
      if (seen === null) return false;
      if (seen.status !== 200 || isTerminal(seen.operationStatus as Status)) return true;
      await pause(BREATH_MS * (1 + 2 * this.random()));
    }
  }

  /** Once it has ended: asks for the same again, looks the same up elsewhere, and for what is another tenant's. */
  private async lookAround(order: Order, uuid: string): Promise<void> {
    const dice = this.random();
    if (dice < 0.25) await this.create(order);
    else if (dice < 0.35) {
      const tenant = order.tenant === 'one' ? 'two' : 'one';
      const path = `/operations/${formatTypeId(ID_PREFIX, uuid)}`;
      const probe = { action: 'probe', method: 'GET', path, tenant, key: order.key, body: null, uuid } as const;
      await this.client.send(this.choose(), { ...probe, waitSeconds: 0 });
    }
  }

  private async insist(ask: Ask, isSure: (answer: Answered) => boolean): Promise<Answered | null> {
    while (!this.mustLeave()) {
      const answer = await this.client.send(this.choose(), ask);
      if (isSure(answer)) return answer;
      await pause(BREATH_MS * (1 + this.random()));
    }
    return null;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
