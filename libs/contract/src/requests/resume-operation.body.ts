import { type JsonObject } from '@holdfast/kernel';
import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { DtoReader } from '../validation/dto-reader.js';
import { IsTimestamp, parseTimestamp } from '../validation/timestamp.js';

/** Characters of a reason: a sentence or two for the audit trail. */
export const REASON_LENGTH = 1_000;

const REASON_DETAIL = `must be text of at most ${REASON_LENGTH} characters`;

/** What a client may send to `POST /operations/{id}/resume`; everything is optional, and so is the body. */
@ApiSchema({ name: 'ResumeOperation' })
export class ResumeOperationBody {
  @ApiPropertyOptional({
    type: String,
    maxLength: REASON_LENGTH,
    nullable: true,
    description: 'Why it is resumed; kept with the operation.',
  })
  @IsOptional()
  @MaxLength(REASON_LENGTH, { message: REASON_DETAIL })
  @IsString({ message: REASON_DETAIL })
  reason?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Replaces the deadline; null removes it; absent keeps it.',
  })
  @IsOptional()
  @IsTimestamp()
  deadline?: string;
}

export interface ResumeEnvelope {
  readonly reason: string | null;
  /** Undefined keeps the deadline, null removes it. */
  readonly deadline: Date | null | undefined;
}

const reader = new DtoReader(ResumeOperationBody);

/** Judges the body of a resume; an absent body is an empty one. Refuses with `validation-failed`. */
export function validateResume(body: JsonObject, unstorable: string | null = null): ResumeEnvelope {
  const dto = reader.read(body, unstorable);
  // The one member where null says something else than absence: it takes a deadline away.
  const keepOrRemove = body['deadline'] === null ? null : undefined;
  return {
    reason: dto.reason ?? null,
    deadline: dto.deadline === undefined ? keepOrRemove : parseTimestamp(dto.deadline),
  };
}
