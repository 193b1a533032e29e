import { isTerminal, type Status } from '@holdfast/kernel';
import { type HeldBack, type Rewrite, until } from '@holdfast/testkit';
import { check } from '../checker/check.js';
import type { Violation } from '../checker/violation.js';
import type { Answered } from '../evidence/exchange.js';
import { about, createOf, findOf, type Piece } from '../stage/caller.js';
import { type Ask, RecordingClient } from '../stage/client.js';
import { Fleet } from '../stage/fleet.js';
import type { Member } from '../stage/member.js';
import { canaryOf } from '../stage/tenants.js';

const LEASE_MS = 600;
const WITHIN_MS = 60_000;
/** A rival's lock must outlast a take-over, however slow the machine. */
const PATIENCE: readonly Rewrite[] = [
  { statement: null, from: 'lock_timeout=1000', to: 'lock_timeout=60000' },
  { statement: null, from: 'statement_timeout=10000', to: 'statement_timeout=60000' },
];

/** A write on its way that is held back, and the worker it is from. */
export interface Late {
  readonly worker: Member;
  readonly held: HeldBack;
}

/** A small fleet in which a statement can be made wrong, and nothing is left to chance. */
export class Workshop {
  private readonly client: RecordingClient;
  private readonly bodies = new Map<string, string>();
  private known = new Set<string>();

  private constructor(readonly fleet: Fleet) {
    this.client = new RecordingClient(fleet.history);
  }

  static async open(): Promise<Workshop> {
    return new Workshop(await Fleet.start({ apis: 2, workers: 2, leaseMs: LEASE_MS, rewrites: PATIENCE }));
  }

  /** From now on the statements of every process are rewritten like this. */
  async rewriteWith(rewrites: readonly Rewrite[]): Promise<void> {
    for (const { proxy } of this.fleet.members) proxy.rewriteWith([...this.fleet.rewrites, ...rewrites]);
    await Promise.all(this.fleet.members.map(async (member) => member.service?.untilReady()));
  }

  /** True when each of them has been applied by some process. */
  hasApplied(rewrites: readonly Rewrite[]): boolean {
    return rewrites.every((rewrite) => this.fleet.members.some(({ proxy }) => proxy.rewritten.has(rewrite)));
  }

  async create(type: string, more: { readonly input?: object; readonly deadline?: string } = {}): Promise<Piece> {
    const key = `piece-${this.bodies.size + 1}`;
    const { input, ...rest } = more;
    const body = JSON.stringify({ type, input: { key, canary: canaryOf('one'), failures: 2, ...input }, ...rest });
    this.bodies.set(key, body);
    const answer = await this.ask(createOf({ tenant: 'one', key, body }));
    return { tenant: 'one', key, uuid: answer.uuid ?? '' };
  }

  /** The same request with the same key once more, to a process that never saw it and stores before it looks. */
  repeat({ tenant, key }: Piece): Promise<Answered> {
    const [, other] = this.fleet.apis;
    return this.client.send(other?.url ?? '', createOf({ tenant, key, body: this.bodies.get(key) ?? '' }));
  }

  read(piece: Piece): Promise<Answered> {
    return this.ask(about(piece, { action: 'get' }));
  }

  find(piece: Piece): Promise<Answered> {
    return this.ask(findOf(piece));
  }

  cancel(piece: Piece): Promise<Answered> {
    return this.ask(about(piece, { action: 'cancel', method: 'POST' }, '/cancel'));
  }

  resume(piece: Piece, ownKey: string): Promise<Answered> {
    return this.ask(about(piece, { action: 'resume', method: 'POST', ownKey, body: '{}' }, '/resume'));
  }

  signal(piece: Piece, ownKey: string): Promise<Answered> {
    const body = JSON.stringify({ payload: { signal: ownKey } });
    return this.ask(about(piece, { action: 'signal', method: 'POST', ownKey, body }, '/signals/go'));
  }

  erase(piece: Piece): Promise<Answered> {
    return this.ask(about(piece, { action: 'erase', method: 'DELETE' }));
  }

  probe(piece: Piece): Promise<Answered> {
    return this.ask({ ...about(piece, { action: 'probe' }), tenant: 'two' });
  }

  async ended(piece: Piece): Promise<void> {
    await until(async () => {
      await this.fleet.hasten();
      const { operationStatus } = await this.read(piece);
      return operationStatus !== null && isTerminal(operationStatus as Status);
    }, WITHIN_MS);
  }

  /** Resolves when it sleeps until a signal comes. */
  async waits(piece: Piece): Promise<void> {
    await until(
      () =>
        this.fleet.postgres.ask(async (client) => {
          const text = `select from holdfast.operations where id = $1 and waiting_for = 'signal'`;
          return (await client.query(text, [piece.uuid])).rowCount === 1;
        }),
      WITHIN_MS,
    );
  }

  /** The next two such writes are held back, one of each worker, in the order in which they come. */
  holdBoth(statement: string): { first: Promise<Late>; second: Promise<Late> } {
    const lates = this.fleet.workers.map((worker) => ({ worker, held: worker.proxy.holdBack(statement) }));
    const coming = lates.map((late) => late.held.came.then(() => late));
    const first = Promise.race(coming);
    const second = first.then((one) => coming[lates[0]?.worker === one.worker ? 1 : 0] as Promise<Late>);
    return { first, second };
  }

  /** The next such write of any worker is held back; those of the others pass. */
  async holdOne(statement: string, begin: () => Promise<Piece>): Promise<Late & { readonly piece: Piece }> {
    const { first } = this.holdBoth(statement);
    const piece = await begin();
    const late = await first;
    for (const each of this.fleet.workers) if (each !== late.worker) each.proxy.holdNothing();
    return { ...late, piece };
  }

  /** What the checker finds now that it did not find before. */
  async newViolations(): Promise<Violation[]> {
    const found = check(await this.fleet.evidence());
    const fresh = found.filter(({ what }) => !this.known.has(what));
    this.known = new Set(found.map(({ what }) => what));
    return fresh;
  }

  private ask(ask: Ask): Promise<Answered> {
    const [api] = this.fleet.apis;
    return this.client.send(api?.url ?? '', ask);
  }
}
