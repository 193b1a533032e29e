import type { ClaimRequest, Clock } from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { Executor, Values } from '../statements/executor.js';

/** How many times as long as a look from the beginning took claims go onward before the next one: a fifth at most. */
const ONWARD_SHARE = 4;
/** A look from the beginning that takes longer walks over what it cannot clear away; it is not repeated for nothing. */
const SLOW_MS = 20;

/** A due entry as it was claimed. */
export interface QueuedRow {
  readonly lane: string;
  readonly rank: number;
  /** Text, because a Date has no microseconds and all entries of one create are due at the same one. */
  readonly due_at: string;
  readonly shard: number;
  readonly id: string;
}

/**
 * Where a process stands in the queue of some lanes. Claims delete what they take from the queue's beginning, and as
 * long as a transaction stays open anywhere in the database the deleted entries cannot be cleared away: claims that
 * always began at the beginning would walk all of them again, and get slower from second to second. So while there
 * is a backlog, claims go on where the last one ended, and look from the beginning for a fifth of the time at most.
 *
 * Entries can come in before that place: a higher priority, an earlier due time, the late commit of a transaction, or
 * what another worker gave back. They wait for the next look from the beginning: some milliseconds, or four times what
 * such a look takes behind a long transaction.
 */
export class QueueWalk {
  private readonly marks = new Map<string, QueuedRow>();
  private lookMs = 0;
  private onwardUntilMs = -Infinity;

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  /** Rows of the claim statement; `values` are its parameters. */
  async claim<Row extends QueuedRow>(executor: Executor, limit: ClaimRequest['limit'], values: Values): Promise<Row[]> {
    if (this.onwardMs() > 0 && this.marks.size > 0) {
      const rows = await executor.run<Row>('claim-onward', { ...values, ...this.places() });
      this.remember(rows);
      if (rows.length > 0 || this.isSlow()) return rows;
    }
    return this.fromTheBeginning(executor, limit, values);
  }

  /** Ms until the next look from the beginning, when only that can tell what is due; null when anybody may look. */
  restMs(): number | null {
    return this.isSlow() && this.onwardMs() > 0 ? this.onwardMs() : null;
  }

  private async fromTheBeginning<Row extends QueuedRow>(
    executor: Executor,
    limit: number,
    values: Values,
  ): Promise<Row[]> {
    const beganMs = this.clock.monotonicMs();
    const rows = await executor.run<Row>('claim', values);
    const endedMs = this.clock.monotonicMs();
    this.lookMs = endedMs - beganMs;
    if (rows.length >= limit || this.isSlow()) this.onwardUntilMs = endedMs + ONWARD_SHARE * this.lookMs;
    this.remember(rows);
    return rows;
  }

  private isSlow(): boolean {
    return this.lookMs > SLOW_MS;
  }

  private onwardMs(): number {
    return this.onwardUntilMs - this.clock.monotonicMs();
  }

  /** The last entry of each (lane, rank): rows come in the order of the queue. */
  private remember(rows: readonly QueuedRow[]): void {
    for (const row of rows) {
      const { lane, rank, due_at, shard, id } = row;
      this.marks.set(`${rank} ${lane}`, { lane, rank, due_at, shard, id });
    }
  }

  private places(): Values {
    return columns([...this.marks.values()], {
      mark_lanes: (mark) => mark.lane,
      ranks: (mark) => mark.rank,
      run_ats: (mark) => mark.due_at,
      shards: (mark) => mark.shard,
      ids: (mark) => mark.id,
    });
  }
}

/** The walks of a process, one for each set of lanes that is claimed from. */
export class QueueWalks {
  private readonly walks = new Map<string, QueueWalk>();

  constructor(private readonly clock: Pick<Clock, 'monotonicMs'>) {}

  of(lanes: readonly string[]): QueueWalk {
    const name = JSON.stringify(lanes);
    const known = this.walks.get(name);
    if (known) return known;
    const walk = new QueueWalk(this.clock);
    this.walks.set(name, walk);
    return walk;
  }
}
