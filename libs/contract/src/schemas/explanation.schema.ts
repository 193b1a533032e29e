import { EVENTS, REASON_CODES, REASONS, REQUEST_CODES, RETRY_CODES, STATUSES } from '@holdfast/kernel';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { orNull } from './or-null.js';

const INSTANT = { type: String, format: 'date-time' } as const;
const MAYBE = { ...INSTANT, nullable: true } as const;
const MAYBE_NUMBER = { type: 'integer', nullable: true } as const;
const MAYBE_TEXT = { type: String, nullable: true } as const;

const MEANINGS = REASON_CODES.map((code) => `\`${code}\`: ${REASONS[code].meaning}`).join(' ');

/* These classes only describe answers for OpenAPI; the answers are the explanations of the kernel, printed. */

@ApiSchema({ name: 'ExplainedReason' })
export class ExplainedReasonSchema {
  @ApiProperty({ type: String, enum: REASON_CODES, description: `Stable; new ones may be added. ${MEANINGS}` })
  code!: string;
  @ApiProperty({ type: String, description: 'One sentence for a person.' })
  detail!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The facts of that sentence.' })
  data!: Record<string, unknown>;
}

@ApiSchema({ name: 'ExplainedMove' })
export class ExplainedMoveSchema {
  @ApiProperty({ type: String, nullable: true, enum: [...EVENTS, null], description: 'Null: the handler will say.' })
  event!: string | null;
  @ApiProperty({ ...MAYBE, description: 'Null when nobody can know.' })
  at!: string | null;
  @ApiProperty({ type: String })
  detail!: string;
}

@ApiSchema({ name: 'ExplainedRetry' })
export class ExplainedRetrySchema {
  @ApiProperty({ type: String, enum: RETRY_CODES })
  code!: string;
  @ApiProperty({ type: String })
  detail!: string;
  @ApiProperty({ type: 'integer', minimum: 2 })
  attempt!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'The attempt before: `attempt`, `startedAt`, `endedAt`, `error`, and the `worker` that lost its lease.',
  })
  after!: Record<string, unknown>;
  @ApiProperty({ ...MAYBE, description: 'When it began or is due; null when only a later claim of it is known.' })
  at!: string | null;
  @ApiProperty(MAYBE_NUMBER)
  delayMs!: number | null;
}

@ApiSchema({ name: 'ExplainedRequest' })
export class ExplainedRequestSchema {
  @ApiProperty({ ...MAYBE_NUMBER, description: 'Its place among the requests, from 1; null past those counted.' })
  number!: number | null;
  @ApiProperty({ type: String, enum: REQUEST_CODES })
  code!: string;
  @ApiProperty({ type: String })
  detail!: string;
  @ApiProperty(INSTANT)
  at!: string;
  @ApiProperty({ ...MAYBE_NUMBER, description: 'Attempt of the client, as it said itself.' })
  attempt!: number | null;
  @ApiProperty(MAYBE_NUMBER)
  max!: number | null;
  @ApiProperty(MAYBE_TEXT)
  reason!: string | null;
  @ApiProperty(MAYBE_TEXT)
  traceId!: string | null;
}

@ApiSchema({ name: 'Explanation', description: 'Why an operation is where it is, as of one moment.' })
export class ExplanationSchema {
  @ApiProperty({ type: String })
  operationId!: string;
  @ApiProperty({ type: String, enum: STATUSES })
  status!: string;
  @ApiProperty({ ...INSTANT, description: 'That moment, by the database.' })
  asOf!: string;
  @ApiProperty({ type: String, description: 'The sentence of the first reason.' })
  summary!: string;
  @ApiProperty({ type: () => ExplainedReasonSchema, isArray: true, description: 'The decisive one first.' })
  reasons!: ExplainedReasonSchema[];
  @ApiProperty({ ...orNull(ExplainedMoveSchema), description: 'Null when nothing moves it any more.' })
  next!: ExplainedMoveSchema | null;
  @ApiProperty({ type: () => ExplainedRetrySchema, isArray: true, description: 'The newest, in order.' })
  retries!: ExplainedRetrySchema[];
  @ApiProperty({ type: () => ExplainedRequestSchema, isArray: true, description: 'The newest, in order.' })
  requests!: ExplainedRequestSchema[];
}
