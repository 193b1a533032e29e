import { Refusal } from '../errors/refusal.js';
import { onlyLine, type Field } from '../headers/field.js';
import { parseStructuredItem } from '../headers/structured-item.js';
import { LIMITS } from '../limits.js';

/** What clients send that do not know structured fields: a UUID, a ULID, a TypeID, a path of words. */
const BARE = /^[A-Za-z0-9_.:~+/=-]+$/;

/**
 * The key of an `Idempotency-Key` field: a structured-field String (RFC 9651 §3.3.3) whose parameters are ignored, or
 * the same text bare if it needs no quotes, so that `"abc"` and `abc` are one key. 1–255 characters, compared exactly:
 * neither case nor anything else is folded.
 *
 * A space is allowed between the quotes, although it is not strictly a visible character: it is part of every String of
 * the RFC, so libraries that write the field take any such text as a key, and refusing it would refuse them.
 *
 * Throws `idempotency-key-missing` without the field and `idempotency-key-invalid` for everything else. The sentences
 * do not repeat the key. Pass the lines of a repeated field as an array: Node joins them with a comma in
 * `request.headers`, where `"a` and `b"` would make one String.
 */
export function parseIdempotencyKey(field: Field): string {
  const absent = field === undefined || (typeof field !== 'string' && field.length === 0);
  if (absent) throw new Refusal('idempotency-key-missing');
  const line = onlyLine(field);
  if (line === null) throw new Refusal('idempotency-key-invalid', 'Idempotency-Key was sent on more than one line.');
  const key = BARE.test(line) ? line : quotedKey(line);
  if (key.length === 0 || key.length > LIMITS.keyLength) {
    throw new Refusal('idempotency-key-invalid', `An idempotency key has 1 to ${LIMITS.keyLength} characters.`);
  }
  return key;
}

function quotedKey(line: string): string {
  const item = parseStructuredItem(line)?.item;
  if (item?.kind === 'string') return item.value;
  throw new Refusal(
    'idempotency-key-invalid',
    'Idempotency-Key is neither a quoted string of ASCII characters nor letters, digits and _.:~+/=- alone.',
  );
}
