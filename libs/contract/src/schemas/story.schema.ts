import { LIMITS, REQUEST_OUTCOMES, STEP_KINDS, TIMELINE_EVENTS } from '@holdfast/kernel';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { CreateOperationBody } from '../requests/create-operation.body.js';
import { OperationErrorSchema, OperationSchema } from './operation.schema.js';
import { orNull } from './or-null.js';
import { ProblemSchema } from './problem.schema.js';

const INSTANT = { type: String, format: 'date-time' } as const;
const MAYBE = { ...INSTANT, nullable: true } as const;

@ApiSchema({ name: 'OperationRequest', description: 'A create or a replay.' })
export class OperationRequestSchema {
  @ApiProperty(INSTANT)
  time!: string;
  @ApiProperty({ type: String, enum: REQUEST_OUTCOMES })
  outcome!: string;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Attempt of the client, as it said itself.' })
  attempt!: number | null;
  @ApiProperty({ type: 'integer', nullable: true })
  max!: number | null;
  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
  @ApiProperty({ type: String, nullable: true })
  traceId!: string | null;
}

@ApiSchema({ name: 'OperationAttempt' })
export class OperationAttemptSchema {
  @ApiProperty({ type: 'integer' })
  number!: number;
  @ApiProperty(INSTANT)
  startedAt!: string;
  @ApiProperty(MAYBE)
  endedAt!: string | null;
  @ApiProperty({ type: String, enum: ['running', 'suspended', 'succeeded', 'failed', 'lost', 'expired', 'canceled'] })
  outcome!: string;
  @ApiProperty(orNull(OperationErrorSchema))
  error!: OperationErrorSchema | null;
}

@ApiSchema({ name: 'OperationStep', description: 'A step without what it returned.' })
export class OperationStepSchema {
  @ApiProperty({ type: String, enum: STEP_KINDS })
  kind!: string;
  @ApiProperty({ type: String })
  name!: string;
  @ApiProperty({ type: 'integer', description: 'Order among the steps of this kind and name, from 0.' })
  ordinal!: number;
  @ApiProperty({ type: String, enum: ['completed', 'failed', 'running', 'waiting', 'undecided', 'abandoned'] })
  status!: string;
  @ApiProperty({ ...MAYBE, description: 'Null when only the end was recorded.' })
  startedAt!: string | null;
  @ApiProperty(MAYBE)
  finishedAt!: string | null;
  @ApiProperty({ ...MAYBE, description: 'When a timer or a time-out is due.' })
  until!: string | null;
  @ApiProperty({ type: 'integer', description: 'Number of the claim under which it was recorded.' })
  fence!: number;
  @ApiProperty(orNull(OperationErrorSchema))
  error!: OperationErrorSchema | null;
}

@ApiSchema({ name: 'OperationEvent' })
export class OperationEventSchema {
  @ApiProperty({ type: 'integer', description: 'Grows in the order of time; what `Last-Event-ID` names.' })
  id!: number;
  @ApiProperty({ type: String, example: 'step.completed', description: `One of ${TIMELINE_EVENTS.join(', ')}.` })
  type!: string;
  @ApiProperty(INSTANT)
  time!: string;
  @ApiProperty({ type: 'object', additionalProperties: true })
  data!: Record<string, unknown>;
}

@ApiSchema({ name: 'EventList' })
export class EventListSchema {
  @ApiProperty({ type: () => OperationEventSchema, isArray: true })
  events!: OperationEventSchema[];
  @ApiProperty({ type: String, nullable: true, description: 'Null when there is nothing more so far.' })
  nextPageToken!: string | null;
}

@ApiSchema({ name: 'BatchItem' })
export class BatchItemSchema extends CreateOperationBody {
  @ApiProperty({ type: String, minLength: 1, maxLength: LIMITS.keyLength, description: 'The key itself, unquoted.' })
  key!: string;
}

@ApiSchema({ name: 'BatchOperations' })
export class BatchOperationsSchema {
  @ApiProperty({ type: () => BatchItemSchema, isArray: true, maxItems: LIMITS.batchItems })
  items!: BatchItemSchema[];
}

@ApiSchema({ name: 'BatchItemResult' })
export class BatchItemResultSchema {
  @ApiProperty({ type: 'integer', description: 'What `POST /operations` would have answered.' })
  status!: number;
  @ApiProperty({ type: Boolean, description: 'Was the operation created by an earlier request?' })
  replayed!: boolean;
  @ApiPropertyOptional({ type: () => OperationSchema })
  operation?: OperationSchema;
  @ApiPropertyOptional({ type: () => ProblemSchema })
  problem?: ProblemSchema;
}

@ApiSchema({ name: 'BatchResult' })
export class BatchResultSchema {
  @ApiProperty({ type: () => BatchItemResultSchema, isArray: true, description: 'In the order of the request.' })
  items!: BatchItemResultSchema[];
}
