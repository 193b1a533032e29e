import { isTypeName, LIMITS, STATUSES } from '@holdfast/kernel';
import { ArrayMaxSize, IsIn, IsOptional, Matches, ValidateBy } from 'class-validator';
import { IsLabels } from '../validation/labels.js';
import { IsTimestamp } from '../validation/timestamp.js';

const ONE_TEXT_DETAIL = 'must be given once';

/** Property decorator: given at most once. A repeated parameter arrives as an array. */
function IsOneText(): PropertyDecorator {
  return ValidateBy(
    { name: 'isOneText', validator: { validate: (value) => typeof value === 'string' } },
    { message: ONE_TEXT_DETAIL },
  );
}

/** The query of `GET /operations` after unknown parameters were dropped and `label.<name>` collected into `labels`. */
export class ListOperationsQuery {
  @IsOptional()
  @IsIn(STATUSES, { each: true, message: `must be one of ${STATUSES.join(', ')}` })
  @ArrayMaxSize(STATUSES.length, { message: `must not be given more than ${STATUSES.length} times` })
  status?: string[];

  @IsOptional()
  @ValidateBy(
    { name: 'isTypeName', validator: { validate: (value) => typeof value === 'string' && isTypeName(value) } },
    { message: 'must be the name of an operation type' },
  )
  @IsOneText()
  type?: string;

  @IsOptional()
  @Matches(new RegExp(`^[\\x20-\\x7e]{1,${LIMITS.keyLength}}$`), {
    message: `must be a key of 1 to ${LIMITS.keyLength} visible ASCII characters`,
  })
  @IsOneText()
  idempotencyKey?: string;

  @IsOptional()
  @IsLabels()
  labels?: Record<string, string>;

  @IsOptional()
  @IsTimestamp()
  @IsOneText()
  createdAfter?: string;

  @IsOptional()
  @IsTimestamp()
  @IsOneText()
  createdBefore?: string;

  @IsOptional()
  @Matches(/^\d{1,20}$/, { message: 'must be a whole number' })
  @IsOneText()
  pageSize?: string;

  @IsOptional()
  @IsOneText()
  pageToken?: string;
}
