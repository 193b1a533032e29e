import type { Children, Circumstances, Explanation, LaneTraffic, NextMove, Reason } from '@holdfast/kernel';
import { canceled, failed, succeeded } from './ended.js';
import { pending } from './pending.js';
import { explainRequests } from './requests.js';
import { explainRetries } from './retries.js';
import { running } from './running.js';

/** What is known of an operation's surroundings. */
export interface Surroundings {
  /** Null when it does not stand in line. */
  readonly traffic: LaneTraffic | null;
  /** How far those before it were counted. */
  readonly aheadMax: number;
  readonly children: Children;
  /** Number of the one request that was asked for; null for the newest. */
  readonly request: number | null;
}

/** Where an operation is and why, the decisive reason first, and what moves it next. */
export interface Standing {
  readonly reasons: readonly [Reason, ...Reason[]];
  readonly next: NextMove | null;
}

/** Derives the explanation of an operation: the same rows always give the same one. */
export function explain(circumstances: Circumstances, surroundings: Surroundings): Explanation {
  const { operation, asOf } = circumstances;
  const { reasons, next } = standingOf(circumstances, surroundings);
  return {
    operationId: operation.id,
    status: operation.status,
    asOf,
    summary: reasons[0].detail,
    reasons,
    next,
    retries: explainRetries(circumstances),
    requests: explainRequests(circumstances, surroundings.request),
  };
}

function standingOf(circumstances: Circumstances, surroundings: Surroundings): Standing {
  switch (circumstances.operation.status) {
    case 'pending':
      return pending(circumstances, surroundings);
    case 'running':
      return running(circumstances);
    case 'succeeded':
      return succeeded(circumstances);
    case 'failed':
      return failed(circumstances);
    case 'canceled':
      return canceled(circumstances);
  }
}
