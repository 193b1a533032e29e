import {
  canonicalJson,
  isStepName,
  type JsonObject,
  type JsonValue,
  LIMITS,
  Refusal,
  type StepDecision,
} from '@holdfast/kernel';
import { ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Allow, IsIn, IsOptional, IsString, MaxLength, ValidateBy } from 'class-validator';
import { DtoReader } from '../validation/dto-reader.js';
import { ExcludesMember } from '../validation/excludes-member.js';
import { NeedsMember } from '../validation/needs-member.js';
import { IsTimestamp, parseTimestamp } from '../validation/timestamp.js';

/** Characters of a reason: a sentence or two for the audit trail. */
export const REASON_LENGTH = 1_000;

const REASON_DETAIL = `must be text of at most ${REASON_LENGTH} characters`;

const OUTCOMES = ['done', 'not-done'] as const satisfies readonly StepDecision['outcome'][];

/** Property decorator: what a step can be called. */
function IsStepName(): PropertyDecorator {
  return ValidateBy(
    { name: 'isStepName', validator: { validate: (value) => typeof value === 'string' && isStepName(value) } },
    { message: `must be the name of a step: 1 to ${LIMITS.stepNameLength} printable characters` },
  );
}

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

  @ApiPropertyOptional({
    type: String,
    maxLength: LIMITS.stepNameLength,
    nullable: true,
    description: 'Forgets this step and those after it, so that they are done again; not together with step.',
  })
  @IsOptional()
  @ExcludesMember('step')
  @IsStepName()
  fromStep?: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: LIMITS.stepNameLength,
    nullable: true,
    description: 'A step that may not run twice and whose outcome nobody knew; needs outcome.',
  })
  @IsOptional()
  @NeedsMember('outcome')
  @IsStepName()
  step?: string;

  @ApiPropertyOptional({ type: String, enum: OUTCOMES, nullable: true, description: 'What was found out about step.' })
  @IsOptional()
  @NeedsMember('step')
  @IsIn(OUTCOMES, { message: `must be one of ${OUTCOMES.join(', ')}` })
  outcome?: StepDecision['outcome'];

  @ApiPropertyOptional({ nullable: true, description: 'What the step returned; only with the outcome done.' })
  @Allow()
  result?: unknown;
}

export interface ResumeEnvelope {
  readonly reason: string | null;
  /** Undefined keeps the deadline, null removes it. */
  readonly deadline: Date | null | undefined;
  readonly fromStep: string | null;
  readonly decision: StepDecision | null;
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
    fromStep: dto.fromStep ?? null,
    decision: decisionOf(dto),
  };
}

function decisionOf({ step, outcome, result }: ResumeOperationBody): StepDecision | null {
  // A result that nobody would keep is a mistake in what was meant, and money may hang on it.
  if (result !== undefined && outcome !== 'done') {
    throw new Refusal('validation-failed', undefined, {
      errors: [{ pointer: '/result', detail: 'can only be sent together with the outcome done' }],
    });
  }
  if (step === undefined || outcome === undefined) return null;
  return { step, outcome, result: result === undefined ? null : canonicalJson(result as JsonValue) };
}
