/** What needs no quotes (CONTRACT §3). */
const BARE = /^[A-Za-z0-9_.:~+/=-]+$/;
/** Visible ASCII and the space, as in every String of RFC 9651. */
const ALLOWED = /^[\x20-\x7e]{1,255}$/;

/** A key as `Idempotency-Key` field: bare where that will do, else a structured-field String. Throws on a malformed key. */
export function keyHeader(key: string): string {
  assertKey(key);
  return BARE.test(key) ? key : `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Throws a `RangeError` for what the service would refuse as a key. */
export function assertKey(key: string): void {
  if (!ALLOWED.test(key)) throw new RangeError('An idempotency key is 1 to 255 characters of visible ASCII.');
}
