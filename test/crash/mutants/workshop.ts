import { formatTypeId, isTerminal, type Status } from '@holdfast/kernel';
import { type HeldBack, type Rewrite, until } from '@holdfast/testkit';
import { check } from '../checker/check.js';
import { canaryOf } from '../checker/tenants.js';
import type { Violation } from '../checker/violation.js';
import type { Action, Answered } from '../evidence/exchange.js';
import { RecordingClient } from '../stage/client.js';
import { Fleet } from '../stage/fleet.js';
import type { Member } from '../stage/member.js';

const LEASE_MS = 600;
const WITHIN_MS = 60_000;
/** A rival's lock must outlast a take-over, however slow the machine. */
const PATIENCE: readonly Rewrite[] = [
  { statement: null, from: 'lock_timeout=1000', to: 'lock_timeout=60000' },
  { statement: null, from: 'statement_timeout=10000', to: 'statement_timeout=60000' },
];

/** An operation of a scene. */
export interface Piece {
  readonly uuid: string;
  readonly tenant: string;
  readonly key: string;
}

/** A write on its way that is held back, and the worker it is from. */
export interface Late {
  readonly worker: Member;
  readonly held: HeldBack;
}

/** A small fleet in which a statement can be made wrong, and nothing is left to chance. */
export class Workshop {
  private readonly client: RecordingClient;
  private pieces = 0;
  private known = new Set<string>();

  private constructor(readonly fleet: Fleet) {
    this.client = new RecordingClient(fleet.history);
  }

  static async open(): Promise<Workshop> {
    return new Workshop(await Fleet.start({ apis: 1, workers: 2, leaseMs: LEASE_MS, rewrites: PATIENCE }));
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

  async create(type: string, more: object = {}): Promise<Piece> {
    this.pieces += 1;
    const piece = { uuid: '', tenant: 'one', key: `piece-${this.pieces}` };
    const body = JSON.stringify({ type, input: { n: this.pieces, canary: canaryOf('one'), failures: 2 }, ...more });
    const answer = await this.send('create', piece, '/operations', body);
    return { ...piece, uuid: answer.uuid ?? '' };
  }

  /** The same request with the same key once more. */
  async repeat({ key, tenant }: Piece, type: string): Promise<void> {
    const body = JSON.stringify({ type, input: { n: this.pieces, canary: canaryOf(tenant), failures: 2 } });
    await this.send('create', { uuid: '', tenant, key }, '/operations', body);
  }

  read(piece: Piece): Promise<Answered> {
    return this.send('get', piece, `/operations/${formatTypeId('opn', piece.uuid)}`);
  }

  erase(piece: Piece): Promise<Answered> {
    return this.send('erase', piece, `/operations/${formatTypeId('opn', piece.uuid)}`);
  }

  probe({ uuid, key }: Piece): Promise<Answered> {
    return this.send('probe', { uuid, key, tenant: 'two' }, `/operations/${formatTypeId('opn', uuid)}`);
  }

  async ended(piece: Piece): Promise<void> {
    await until(async () => {
      await this.fleet.hasten();
      const { operationStatus } = await this.read(piece);
      return operationStatus !== null && isTerminal(operationStatus as Status);
    }, WITHIN_MS);
  }

  /** The next two such writes are held back, one of each worker, in the order in which they come. */
  holdBoth(statement: string): { first: Promise<Late>; second: Promise<Late> } {
    const lates = this.fleet.workers.map((worker) => ({ worker, held: worker.proxy.holdBack(statement) }));
    const coming = lates.map((late) => late.held.came.then(() => late));
    const first = Promise.race(coming);
    const second = first.then((one) => coming[lates[0]?.worker === one.worker ? 1 : 0] as Promise<Late>);
    return { first, second };
  }

  async hasFence({ uuid }: Piece, fence: number): Promise<void> {
    await until(async () => {
      await this.fleet.hasten();
      return this.fleet.postgres.ask(async (client) => {
        const text = 'select fence from holdfast.operations where id = $1';
        const { rows } = await client.query<{ fence: number }>(text, [uuid]);
        return rows[0]?.fence === fence;
      });
    }, WITHIN_MS);
  }

  /** What the checker finds now that it did not find before. */
  async newViolations(): Promise<Violation[]> {
    const found = check(await this.fleet.evidence());
    const fresh = found.filter(({ what }) => !this.known.has(what));
    this.known = new Set(found.map(({ what }) => what));
    return fresh;
  }

  private async send(action: Action, piece: Piece, path: string, body: string | null = null): Promise<Answered> {
    const method = action === 'create' ? 'POST' : action === 'erase' ? 'DELETE' : 'GET';
    const { uuid, tenant, key } = piece;
    const [api] = this.fleet.apis;
    return this.client.send(api?.url ?? '', { action, method, path, tenant, key, body, uuid, waitSeconds: 0 });
  }
}
