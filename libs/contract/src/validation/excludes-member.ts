import { registerDecorator, type ValidationArguments } from 'class-validator';

/** Property decorator: the member may not be sent together with `other`. */
export function ExcludesMember(other: string): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'excludesMember',
      target: target.constructor,
      propertyName: propertyName as string,
      options: { message: `cannot be sent together with ${other}` },
      validator: {
        validate: (_value: unknown, args?: ValidationArguments) =>
          (args?.object as Record<string, unknown> | undefined)?.[other] === undefined,
      },
    });
}
