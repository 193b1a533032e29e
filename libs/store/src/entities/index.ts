import { IdempotencyKeyEntity } from './idempotency-key.entity.js';
import { OperationAttemptEntity } from './operation-attempt.entity.js';
import { OperationStepEntity } from './operation-step.entity.js';
import { OperationEntity } from './operation.entity.js';
import { WorkerEntity } from './worker.entity.js';

/** Every entity of the data source. */
export const ENTITIES = [
  OperationEntity,
  IdempotencyKeyEntity,
  OperationAttemptEntity,
  OperationStepEntity,
  WorkerEntity,
] as const;

export { IdempotencyKeyEntity, OperationAttemptEntity, OperationEntity, OperationStepEntity, WorkerEntity };
