import { formatTypeId } from '@holdfast/kernel';
import type { Answered, Sent } from '../evidence/exchange.js';
import type { Ask, Item, RecordingClient } from './client.js';

/** Time a client takes before it asks again; at once would keep a service down that has just come back. */
const BREATH_MS = 50;
/** Of types that do not choose their own. */
const ID_PREFIX = 'opn';

/** An operation that a client was told of. */
export interface Piece {
  readonly tenant: string;
  readonly key: string;
  readonly uuid: string;
}

/** Asks until the answer is sure, any API at each try, with the same key. */
export class Caller {
  constructor(
    private readonly client: RecordingClient,
    /** Where a request may go to: any API will do, also for a repetition. */
    private readonly choose: () => string,
    readonly random: () => number,
    /** True once no more answers are to be waited for. */
    private readonly mustLeave: () => boolean,
  ) {}

  /** Null when no sure answer came before the client had to leave. */
  async insist(ask: Ask, isSure: (answer: Answered) => boolean = isDefinite): Promise<Answered | null> {
    while (!this.mustLeave()) {
      const answer = await this.once(ask);
      if (isSure(answer)) return answer;
      await this.breathe();
    }
    return null;
  }

  once(ask: Ask): Promise<Answered> {
    return this.client.send(this.choose(), ask);
  }

  /** The same requests together, until each of them has a sure answer; null for all when there was no time for that. */
  async insistOnBatch(tenant: string, items: readonly Item[]): Promise<Answered[] | null> {
    while (!this.mustLeave()) {
      const answers = await this.client.sendBatch(this.choose(), tenant, items);
      if (answers.every(isDefinite)) return answers;
      await this.breathe();
    }
    return null;
  }

  /** Up to so many milliseconds, or a breath. */
  breathe(ms: number = BREATH_MS): Promise<void> {
    return pause(ms * (1 + 2 * this.random()));
  }
}

/** It was carried out, or refused for a reason that stays: not «later», not «nobody knows». */
export function isDefinite({ status }: Answered): boolean {
  return status > 0 && status < 500 && status !== 409 && status !== 429;
}

/** A request about an operation; `about` is what makes it another one than a look at the operation. */
export function about(piece: Piece, about: Partial<Ask> & Pick<Sent, 'action'>, path = ''): Ask {
  const { tenant, key, uuid } = piece;
  const of = { method: 'GET', ownKey: null, body: null, waitSeconds: 0, tenant, key, uuid } as const;
  return { ...of, path: `/operations/${formatTypeId(ID_PREFIX, uuid)}${path}`, ...about };
}

/** The create of an operation. */
export function createOf({
  tenant,
  key,
  body,
}: {
  readonly tenant: string;
  readonly key: string;
  readonly body: string;
}): Ask {
  const of = { uuid: null, ownKey: null, waitSeconds: 0 } as const;
  return { ...of, action: 'create', method: 'POST', path: '/operations', tenant, key, body };
}

/** A look at whatever was created with a key. */
export function findOf(piece: Piece): Ask {
  return about(piece, { action: 'find', path: `/operations/by-key/${piece.key}` });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
