import { Operations1764000000000 } from './1764000000000-operations.js';
import { DurableSteps1764100000000 } from './1764100000000-durable-steps.js';
import { IdempotentRequests1764200000000 } from './1764200000000-idempotent-requests.js';
import { WorkerLanes1764210000000 } from './1764210000000-worker-lanes.js';
import { TraceOfMessages1764250000000 } from './1764250000000-trace-of-messages.js';
import { OperationArchive1764300000000 } from './1764300000000-operation-archive.js';

export * from './contraction.js';

/** Every migration, oldest first. A released migration is never edited: write the next one. */
export const MIGRATIONS = [
  Operations1764000000000,
  DurableSteps1764100000000,
  IdempotentRequests1764200000000,
  WorkerLanes1764210000000,
  TraceOfMessages1764250000000,
  OperationArchive1764300000000,
];
