import {
  childPointer,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  LIMITS,
  Refusal,
  unstorablePointer,
  type Violation,
} from '@holdfast/kernel';

/** One create of a batch: its key, and the body that `POST /operations` would have got. */
export interface BatchItem {
  /** As it was sent: whatever is wrong with it is the refusal of this item alone. */
  readonly key: JsonValue | undefined;
  readonly body: JsonObject;
  /** Pointer into the item at which there is text that cannot be stored; null when there is none. */
  readonly unstorable: string | null;
}

/** More than these are not listed: nobody reads on. */
const VIOLATIONS_MAX = 20;
const KEY = new RegExp(`^[\\x20-\\x7e]{1,${LIMITS.keyLength}}$`);
/** A key as a header would carry it. */
const QUOTED = /^".*"$/;

/**
 * Reads the envelope of `POST /operations/batch`. What is wrong with the envelope, and a key that occurs twice, refuses
 * all of it with `validation-failed` before anything is stored; what is wrong inside an item is that item's own matter.
 * `unstorable` is what the strict reader found in the whole body.
 */
export function readBatch(body: JsonObject, unstorable: string | null = null): BatchItem[] {
  const unknown = Object.keys(body).filter((member) => member !== 'items');
  const { items } = body;
  const violations = [
    ...unknown.map((member) => ({ pointer: childPointer('', member), detail: 'is not a member of this request' })),
    ...(Array.isArray(items) ? itemViolations(items) : [{ pointer: '/items', detail: 'must be an array' }]),
  ];
  if (violations.length > 0 || !Array.isArray(items)) {
    throw new Refusal('validation-failed', undefined, { errors: violations.slice(0, VIOLATIONS_MAX) });
  }
  return items.map((item) => toItem(item as JsonObject, unstorable !== null));
}

/**
 * The key of an item; refuses as the header of a create would be refused. It is the key itself: quotes are syntax of the
 * header (RFC 8941, 3.3.3), where `"x"` and `x` are one key. Taken literally here, `"x"` would be another one, and an
 * item that is sent again by itself, under the header that the client has at hand, would be done twice.
 */
export function batchKey(key: JsonValue | undefined): string {
  if (key === undefined || key === null) throw new Refusal('idempotency-key-missing', 'The item has no key.');
  if (typeof key === 'string' && KEY.test(key) && !QUOTED.test(key)) return key;
  throw new Refusal(
    'idempotency-key-invalid',
    `The key of an item is text of 1 to ${LIMITS.keyLength} visible ASCII characters, without quotes around it.`,
  );
}

function itemViolations(items: readonly JsonValue[]): Violation[] {
  if (items.length > LIMITS.batchItems) {
    return [{ pointer: '/items', detail: `must not hold more than ${LIMITS.batchItems} items` }];
  }
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const pointer = childPointer('/items', index);
    if (!isJsonObject(item)) return [{ pointer, detail: 'must be an object' }];
    const key = Object.hasOwn(item, 'key') ? item['key'] : null;
    if (typeof key !== 'string' || !seen.has(key)) {
      if (typeof key === 'string') seen.add(key);
      return [];
    }
    return [{ pointer: childPointer(pointer, 'key'), detail: 'is the key of an earlier item, too' }];
  });
}

function toItem(item: JsonObject, isSuspect: boolean): BatchItem {
  const { key, ...body } = item;
  return { key, body, unstorable: isSuspect ? unstorablePointer(body) : null };
}
