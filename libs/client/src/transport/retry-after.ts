/** The wait that `Retry-After` asks for, in ms: seconds or a date (RFC 9110 §10.2.3); null without a valid one. */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const field = headers.get('retry-after')?.trim();
  if (!field) return null;
  if (/^\d{1,9}$/.test(field)) return Number(field) * 1000;
  // `1.5` and `-5` would be read as dates of long ago, which is no wait at all.
  const at = /^[A-Z]/i.test(field) ? Date.parse(field) : NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
