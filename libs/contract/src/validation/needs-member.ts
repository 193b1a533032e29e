import { registerDecorator, type ValidationArguments } from 'class-validator';

/** Property decorator: the member means something only together with `other`. */
export function NeedsMember(other: string): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'needsMember',
      target: target.constructor,
      propertyName: propertyName as string,
      options: { message: `must be sent together with ${other}` },
      validator: {
        validate: (_value: unknown, args?: ValidationArguments) =>
          (args?.object as Record<string, unknown> | undefined)?.[other] !== undefined,
      },
    });
}
