import { childPointer, type JsonObject, Refusal, shortenPointer, type Violation } from '@holdfast/kernel';
import { validateSync, type ValidationError } from 'class-validator';
import { LABELS_CONSTRAINT, labelViolations } from './labels.js';
import { type Rules, rulesOf } from './rules.js';

/** More than these are not listed: nobody reads on, and a body may break thousands of rules. */
const VIOLATIONS_MAX = 20;

const UNSTORABLE_DETAIL = 'holds a character that cannot be stored: U+0000 or half of a surrogate pair';

/** Turns a parsed body into an instance of a decorated DTO class, or refuses it. */
export class DtoReader<T extends object> {
  private readonly rules: Rules;

  constructor(private readonly dto: new () => T) {
    this.rules = rulesOf(dto);
  }

  /**
   * `unstorable` is the JSON pointer at which the body holds text PostgreSQL cannot store, or null. A member that is
   * null counts as absent (CONTRACT §3). Refuses with `validation-failed`; its pointers are RFC 6901 and its details
   * never repeat what was sent.
   */
  read(body: JsonObject, unstorable: string | null): T {
    const dto = new this.dto();
    const target = dto as Record<string, unknown>;
    let unknown = false;
    for (const [member, value] of Object.entries(body)) {
      if (!this.rules.members.has(member)) unknown = true;
      else if (value !== null) target[member] = value;
    }
    if (!unknown && unstorable === null && this.rules.accept(dto)) return dto;
    throw new Refusal('validation-failed', undefined, { errors: this.violations(body, dto, unstorable) });
  }

  private violations(body: JsonObject, dto: T, unstorable: string | null): Violation[] {
    const unknown = Object.keys(body).filter((member) => !this.rules.members.has(member));
    return [
      ...unknown.map((member) => ({ pointer: childPointer('', member), detail: 'is not a member of this request' })),
      ...violationsOf(dto),
      ...(unstorable === null ? [] : [{ pointer: unstorable, detail: UNSTORABLE_DETAIL }]),
    ]
      .slice(0, VIOLATIONS_MAX)
      .map(({ pointer, detail }) => ({ pointer: shortenPointer(pointer), detail }));
  }
}

/** What the decorators of `dto` object to, one violation a property, and one a label. */
export function violationsOf(dto: object): Violation[] {
  return validateSync(dto, { stopAtFirstError: true, validationError: { target: false } }).flatMap(toViolations);
}

function toViolations({ property, constraints = {}, value }: ValidationError): Violation[] {
  const pointer = childPointer('', property);
  if (LABELS_CONSTRAINT in constraints) return labelViolations(pointer, value);
  return Object.values(constraints).map((detail) => ({ pointer, detail }));
}
