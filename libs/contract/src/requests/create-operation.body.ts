import { isTypeName, LIMITS } from '@holdfast/kernel';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Allow, IsInt, IsOptional, Max, Min, ValidateBy } from 'class-validator';
import { ExcludesMember } from '../validation/excludes-member.js';
import { IsLabels } from '../validation/labels.js';
import { IsTimestamp } from '../validation/timestamp.js';

/** Longest delay, in ms: a hundred years, so that the due time always fits PostgreSQL and a four-digit year. */
export const DELAY_MS_MAX = 3_155_760_000_000;

const PRIORITY_DETAIL = `must be a whole number from ${LIMITS.priorityMin} to ${LIMITS.priorityMax}`;
const DELAY_DETAIL = `must be a whole number of milliseconds from 0 to ${DELAY_MS_MAX}`;

/** What a client sends to `POST /operations`. A member that is null counts as absent (CONTRACT §3). */
@ApiSchema({ name: 'CreateOperation' })
export class CreateOperationBody {
  @ApiProperty({ type: String, maxLength: 128, description: 'Name of the operation type.', example: 'invoice.charge' })
  @ValidateBy(
    { name: 'isTypeName', validator: { validate: (value) => typeof value === 'string' && isTypeName(value) } },
    {
      message:
        'must be the name of an operation type: dotted words of letters, digits, _ and -, at most 128 characters',
    },
  )
  type!: string;

  @ApiPropertyOptional({ nullable: true, description: 'What the handler gets: any JSON.', example: { amount: 1200 } })
  @Allow()
  input?: unknown;

  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, description: 'Not before this instant.' })
  @IsOptional()
  @IsTimestamp()
  runAt?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: DELAY_MS_MAX,
    nullable: true,
    default: 0,
    description: 'Not before this many milliseconds have passed; not together with runAt.',
  })
  @IsOptional()
  @ExcludesMember('runAt')
  @Max(DELAY_MS_MAX, { message: DELAY_DETAIL })
  @Min(0, { message: DELAY_DETAIL })
  @IsInt({ message: DELAY_DETAIL })
  delayMs?: number;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The operation fails as deadline_exceeded when it has not ended by this instant.',
  })
  @IsOptional()
  @IsTimestamp()
  deadline?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: LIMITS.priorityMin,
    maximum: LIMITS.priorityMax,
    nullable: true,
    default: 0,
    description: 'Higher runs first.',
  })
  @IsOptional()
  @Max(LIMITS.priorityMax, { message: PRIORITY_DETAIL })
  @Min(LIMITS.priorityMin, { message: PRIORITY_DETAIL })
  @IsInt({ message: PRIORITY_DETAIL })
  priority?: number;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string', maxLength: LIMITS.labelValueLength },
    maxProperties: LIMITS.labels,
    nullable: true,
    description: 'Names and texts to find the operation by; never compared with a retry.',
  })
  @IsOptional()
  @IsLabels()
  labels?: Record<string, string>;
}
