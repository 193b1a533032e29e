import { STATUSES } from '@holdfast/kernel';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'Violation' })
export class ViolationSchema {
  @ApiProperty({ type: String, description: 'RFC 6901 pointer into the body.', example: '/labels/env' })
  pointer!: string;
  @ApiProperty({ type: String, description: 'What is wrong; never the value itself.' })
  detail!: string;
}

@ApiSchema({ name: 'ProblemError' })
export class ProblemErrorSchema {
  @ApiProperty({ type: String, minLength: 1, example: 'idempotency_key_reused' })
  code!: string;
  @ApiProperty({ type: String, minLength: 1 })
  message!: string;
}

@ApiSchema({ name: 'Problem', description: 'RFC 9457 problem document with the members of this service.' })
export class ProblemSchema {
  @ApiProperty({ type: String, format: 'uri', description: 'Ends in the slug and resolves to documentation.' })
  type!: string;
  @ApiProperty({ type: String })
  title!: string;
  @ApiProperty({ type: 'integer', minimum: 400, maximum: 599 })
  status!: number;
  @ApiProperty({ type: String })
  detail!: string;
  @ApiProperty({ type: String, format: 'uri', description: '`urn:uuid:` and the Request-Id.' })
  instance!: string;
  @ApiProperty({ type: () => ProblemErrorSchema })
  error!: ProblemErrorSchema;
  @ApiProperty({ type: Boolean, description: 'May the very same request succeed later?' })
  retryable!: boolean;
  @ApiProperty({ type: Boolean, description: 'Is it safe to send the request again with the same key?' })
  safeToRetryWithSameKey!: boolean;
  @ApiPropertyOptional({ type: String })
  operationId?: string;
  @ApiPropertyOptional({ type: String, enum: STATUSES })
  operationStatus?: string;
  @ApiPropertyOptional({ type: String, format: 'date-time' })
  purgedAt?: string;
  @ApiPropertyOptional({ type: String, isArray: true, description: 'Pointers at which the request differs.' })
  mismatch?: string[];
  @ApiPropertyOptional({ type: () => ViolationSchema, isArray: true })
  errors?: ViolationSchema[];
}
