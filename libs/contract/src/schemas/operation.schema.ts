import { EFFECTS, LIMITS, STATUSES, WAITING_REASONS } from '@holdfast/kernel';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { orNull } from './or-null.js';

const INSTANT = { type: String, format: 'date-time' } as const;
const MAYBE = { ...INSTANT, nullable: true } as const;

/** By name, because the schemas of the story refer to these. */
const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` });

/* These classes only describe answers for OpenAPI; the answers themselves are built as text in `views/`. */

@ApiSchema({ name: 'OperationError' })
export class OperationErrorSchema {
  @ApiProperty({ type: String, minLength: 1, example: 'card_declined' })
  code!: string;
  @ApiProperty({ type: String, minLength: 1 })
  message!: string;
  @ApiProperty({ type: Boolean, description: 'Could another attempt have succeeded?' })
  retryable!: boolean;
  @ApiProperty({ type: String, enum: EFFECTS, description: 'What is known about effects outside.' })
  effect!: string;
  @ApiPropertyOptional({ description: 'Whatever the handler added.' })
  details?: unknown;
}

@ApiSchema({ name: 'Attempt' })
export class AttemptSchema {
  @ApiProperty({ type: 'integer', minimum: 0, description: '1 with the first claim; never restarts.' })
  number!: number;
  @ApiProperty({ type: 'integer', minimum: 1 })
  max!: number;
  @ApiProperty({ ...MAYBE, description: 'When the next attempt is due.' })
  nextAt!: string | null;
  @ApiProperty({ ...orNull(OperationErrorSchema), description: 'Why the latest attempt failed.' })
  lastError!: OperationErrorSchema | null;
}

@ApiSchema({ name: 'Waiting' })
export class WaitingSchema {
  @ApiProperty({ type: String, enum: WAITING_REASONS })
  reason!: string;
  @ApiProperty(MAYBE)
  until!: string | null;
  @ApiPropertyOptional({ type: String })
  name?: string;
}

@ApiSchema({ name: 'Idempotency' })
export class IdempotencySchema {
  @ApiProperty({ type: String, minLength: 1, maxLength: LIMITS.keyLength })
  key!: string;
  @ApiProperty({ ...MAYBE, description: 'Null while there is no limit: until the operation has ended.' })
  honoredUntil!: string | null;
}

@ApiSchema({ name: 'OperationLinks' })
export class OperationLinksSchema {
  @ApiProperty({ type: String, format: 'uri' })
  self!: string;
  @ApiProperty({ type: String, format: 'uri' })
  result!: string;
  @ApiProperty({ type: String, format: 'uri' })
  cancel!: string;
  @ApiProperty({ type: String, format: 'uri' })
  resume!: string;
  @ApiProperty({ type: String, format: 'uri', description: 'Why it is where it is.' })
  explain!: string;
  @ApiPropertyOptional({ type: String, format: 'uri', description: 'Its trace, where the service knows a place.' })
  trace?: string;
}

@ApiSchema({ name: 'Operation', description: 'One durable operation as it is now.' })
export class OperationSchema {
  @ApiProperty({ type: String, example: 'opn_01jdg3v5s6f0g8y2m4n7q9r1t3' })
  id!: string;
  @ApiProperty({ type: String, example: 'invoice.charge' })
  type!: string;
  @ApiProperty({ type: String, enum: STATUSES, description: 'No further terminal word will ever be added.' })
  status!: string;
  @ApiProperty({ type: () => AttemptSchema })
  attempt!: AttemptSchema;
  @ApiProperty({ ...orNull(WaitingSchema), description: 'Why a pending operation is not running.' })
  waitingFor!: WaitingSchema | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  progress!: Record<string, unknown> | null;
  @ApiPropertyOptional({ nullable: true, description: 'Present only when succeeded: what the handler returned.' })
  result?: unknown;
  @ApiPropertyOptional({ type: () => OperationErrorSchema, description: 'Present only when failed or canceled.' })
  error?: OperationErrorSchema;
  @ApiProperty({ type: () => IdempotencySchema })
  idempotency!: IdempotencySchema;
  @ApiProperty(INSTANT)
  createdAt!: string;
  @ApiProperty({ ...MAYBE, description: 'Begin of the first attempt.' })
  startedAt!: string | null;
  @ApiProperty(INSTANT)
  updatedAt!: string;
  @ApiProperty(MAYBE)
  finishedAt!: string | null;
  @ApiProperty({ ...MAYBE, description: 'When the operation will be purged.' })
  expiresAt!: string | null;
  @ApiProperty(MAYBE)
  cancelRequestedAt!: string | null;
  @ApiProperty({ type: 'integer', minimum: LIMITS.priorityMin, maximum: LIMITS.priorityMax })
  priority!: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  labels!: Record<string, string>;
  @ApiProperty({ type: String, nullable: true, pattern: '^[0-9a-f]{32}$' })
  traceId!: string | null;
  @ApiProperty({ type: () => OperationLinksSchema })
  links!: OperationLinksSchema;
  @ApiPropertyOptional({ type: 'array', items: ref('OperationRequest'), description: 'Only with `view=full`.' })
  requests?: unknown[];
  @ApiPropertyOptional({ type: 'array', items: ref('OperationAttempt'), description: 'Only with `view=full`.' })
  attempts?: unknown[];
  @ApiPropertyOptional({ type: 'array', items: ref('OperationStep'), description: 'Only with `view=full`.' })
  steps?: unknown[];
}

@ApiSchema({ name: 'OperationList' })
export class OperationListSchema {
  @ApiProperty({ type: () => OperationSchema, isArray: true })
  operations!: OperationSchema[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  nextPageToken!: string | null;
}
