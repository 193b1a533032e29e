import type { HistoryStore, OperationHistory, OperationStore, OperationStory, TimelineEvent } from '@holdfast/kernel';
import { refuseAbsent } from './absent-operation.js';
import { uuidOf } from './read-operation.js';
import { attemptsOf } from './timeline/attempts.js';
import { eventsOf } from './timeline/events.js';
import { requestsOf } from './timeline/requests.js';
import { stepsOf } from './timeline/steps.js';

/** Tells the story of an operation. Never writes: all of it is derived from rows that were written anyway. */
export class ReadHistory {
  constructor(private readonly store: HistoryStore & Pick<OperationStore, 'findTombstone'>) {}

  /** Refuses with `operation-not-found` and `operation-purged`. */
  async byId(tenant: string, id: string): Promise<OperationHistory> {
    const uuid = uuidOf(id);
    const history = await this.store.history(tenant, uuid);
    return history?.operation.id === id ? history : refuseAbsent(this.store, tenant, { id, uuid });
  }

  /** What has happened, in order. */
  events(history: OperationHistory): TimelineEvent[] {
    return eventsOf(history);
  }

  /** Requests, attempts and steps, each in order. */
  story(history: OperationHistory): OperationStory {
    return { requests: requestsOf(history), attempts: attemptsOf(history), steps: stepsOf(history) };
  }
}
