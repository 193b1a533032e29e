import { isTerminal, type Status } from '@holdfast/kernel';
import { about, type Caller, createOf, findOf, type Piece } from './caller.js';
import type { Order } from './order.js';
import { otherThan } from './tenants.js';
import { cancel, erase, mend, sendSignals } from './wishes.js';

/** Sees to orders as a careful client does: the same key until the answer is sure, then polls until the end. */
export class Customer {
  constructor(private readonly caller: Caller) {}

  /** Resolves when the operation has ended and all wishes are fulfilled, or when there is no more time for that. */
  async see(order: Order): Promise<void> {
    const uuid = order.companions.length > 0 ? await this.createAll(order) : await this.createCopies(order);
    if (uuid === null) return;
    const piece = { tenant: order.tenant, key: order.key, uuid };
    const { wishes } = order;
    await Promise.all([
      this.follow(piece),
      wishes.cancel ? cancel(this.caller, piece) : null,
      sendSignals(this.caller, piece, wishes.signals ?? 0),
    ]);
    if (wishes.resumes) await mend(this.caller, piece, wishes.resumes, () => this.follow(piece));
    if (wishes.erase) await erase(this.caller, piece, order.body);
    else await this.lookAround(order, piece);
  }

  private async createCopies(order: Order): Promise<string | null> {
    const copies = Array.from({ length: order.copies }, () => this.caller.insist(createOf(order)));
    return (await Promise.all(copies)).find((answer) => answer !== null)?.uuid ?? null;
  }

  /** Creates it and what goes with it in one request, and sees the others to their ends. */
  private async createAll({ tenant, key, body, companions }: Order): Promise<string | null> {
    const items = [{ key, body }, ...companions];
    const answers = await this.caller.insistOnBatch(tenant, items);
    const pieces = items.map((item, place) => ({ tenant, key: item.key, uuid: answers?.[place]?.uuid ?? null }));
    const others = pieces.slice(1).flatMap(({ uuid, ...rest }) => (uuid === null ? [] : [{ ...rest, uuid }]));
    await Promise.all(others.map((piece) => this.follow(piece)));
    return pieces[0]?.uuid ?? null;
  }

  /** Polls by id or by key until it has ended. False when there was no time for that, or it is not there. */
  private async follow(piece: Piece): Promise<boolean> {
    const byKey = findOf(piece);
    const byId = about(piece, { action: 'get', waitSeconds: 2 });
    for (;;) {
      const seen = await this.caller.insist(this.caller.random() < 0.5 ? byKey : byId);
      if (seen?.status !== 200) return false;
      if (isTerminal(seen.operationStatus as Status)) return true;
      await this.caller.breathe();
    }
  }

  /** Once it has ended: asks for the same again, or for what is another tenant's. */
  private async lookAround(order: Order, piece: Piece): Promise<void> {
    const dice = this.caller.random();
    if (dice < 0.25) await this.caller.insist(createOf(order));
    else if (dice < 0.35) {
      await this.caller.once({ ...about(piece, { action: 'probe' }), tenant: otherThan(piece.tenant) });
    }
  }
}
