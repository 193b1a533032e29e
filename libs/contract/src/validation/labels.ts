import { childPointer, LIMITS, type Violation } from '@holdfast/kernel';
import { registerDecorator } from 'class-validator';

const NAME_DETAIL = `must have a name of 1 to ${LIMITS.labelNameLength} characters`;
const VALUE_DETAIL = `must be text of at most ${LIMITS.labelValueLength} characters`;

export const LABELS_CONSTRAINT = 'isLabels';

/** Is `value` an object of at most 20 short names, each with a short text? */
export function isLabels(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= LIMITS.labels && entries.every(([name, text]) => isLabelName(name) && isLabelValue(text));
}

export function isLabelName(name: string): boolean {
  return name.length > 0 && name.length <= LIMITS.labelNameLength;
}

export function isLabelValue(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LIMITS.labelValueLength;
}

/** Says of each label what is wrong with it, so that a client is pointed at the label and not at all of them. */
export function labelViolations(pointer: string, value: unknown): Violation[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ pointer, detail: 'must be an object that maps names to text' }];
  }
  const entries = Object.entries(value);
  if (entries.length > LIMITS.labels) return [{ pointer, detail: `must not hold more than ${LIMITS.labels} labels` }];
  return entries.flatMap(([name, text]) => {
    if (!isLabelName(name)) return [{ pointer, detail: `each label ${NAME_DETAIL}` }];
    return isLabelValue(text) ? [] : [{ pointer: childPointer(pointer, name), detail: VALUE_DETAIL }];
  });
}

/** Property decorator: labels as {@link isLabels} accepts them. */
export function IsLabels(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: LABELS_CONSTRAINT,
      target: target.constructor,
      propertyName: propertyName as string,
      options: { message: 'must map names to text' },
      validator: { validate: isLabels },
    });
}
