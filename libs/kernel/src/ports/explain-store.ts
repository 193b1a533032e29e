import type { Circumstances, LaneTraffic, QueuePlace } from '../explain/circumstances.js';

/** What is read to explain an operation: each answer bounded, and from rows that were written anyway. */
export interface ExplainStore {
  /**
   * What is known of an operation as of one moment; null when this tenant has none of that id. `request` asks for one
   * of its requests by number, from 1, instead of the newest.
   */
  circumstances(tenant: string, uuid: string, request: number | null): Promise<Circumstances | null>;
  /** What is going on around a due operation's place in the queue; what is before it is counted up to `aheadMax`. */
  laneTraffic(place: QueuePlace, aheadMax: number): Promise<LaneTraffic>;
}
