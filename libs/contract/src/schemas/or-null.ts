import { getSchemaPath } from '@nestjs/swagger';

/** OpenAPI 3.0 lets `nullable` widen a type, but not a reference; an object that is null has to be spelled out. */
export const orNull = (schema: new () => object) => ({
  oneOf: [{ $ref: getSchemaPath(schema) }, { type: 'object', nullable: true, enum: [null] }],
});
