import { EXPLAIN_LIMITS, type LaneTraffic, type QueuePlace } from '@holdfast/kernel';
import type { Executor } from '../statements/executor.js';

interface TrafficRow {
  readonly ahead: number;
  readonly live: number;
  readonly know_type: number;
  readonly know_lane: number;
  readonly slots: number;
  readonly held: number;
  readonly lanes: string[] | null;
}

/** Who could run a due operation, and what comes before it; every count ends at its limit. */
export async function laneTraffic(executor: Executor, place: QueuePlace, aheadMax: number): Promise<LaneTraffic> {
  const [row] = await executor.run<TrafficRow>('lane-traffic', {
    type: place.type,
    lane: place.lane,
    rank: place.rank,
    run_at_us: place.runAt,
    shard: place.shard,
    id: place.uuid,
    ahead_max: aheadMax,
    workers_max: EXPLAIN_LIMITS.workers,
    claims_max: EXPLAIN_LIMITS.claimsEach,
  });
  if (!row) throw new TypeError('lane-traffic.sql always answers with one row');
  const { ahead, live, slots, held } = row;
  return { ahead, live, knowType: row.know_type, knowLane: row.know_lane, slots, held, lanes: row.lanes ?? [] };
}
