import { isJsonObject, type JsonObject, LIMITS, readStrictJson, Refusal } from '@holdfast/kernel';
import type { FastifyRequest } from 'fastify';

/** A JSON body that is an object, and where in it there is text that cannot be stored. */
export interface ObjectBody {
  readonly value: JsonObject;
  readonly unstorable: string | null;
}

const EMPTY: ObjectBody = { value: {}, unstorable: null };

/**
 * Reads the raw body of a request, which the content type parser left as bytes. An absent or empty one is an empty
 * object where the route does not require a body. Refuses with `body-invalid`.
 */
export function readObjectBody(request: FastifyRequest): ObjectBody {
  const bytes = request.body as Buffer | undefined;
  const isEmpty = bytes === undefined || bytes.length === 0;
  if (isEmpty && request.call.route?.body?.required === false) return EMPTY;
  const { value, unstorable } = readStrictJson(bytes ?? Buffer.alloc(0), { maxDepth: LIMITS.jsonDepth });
  if (!isJsonObject(value)) throw new Refusal('body-invalid', 'The body must be one JSON object.');
  return { value, unstorable };
}
