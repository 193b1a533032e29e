/** Why a value has no JSON text, or the text. */
export type JsonTextOutcome =
  | { readonly kind: 'text'; readonly text: string }
  /** Undefined at the top, which JSON does not know: nothing. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'invalid'; readonly why: string }
  | { readonly kind: 'too-large'; readonly bytes: number };

/** The JSON text of a value a handler gave us, at most `bytesMax` bytes of UTF-8. Never throws. */
export function jsonTextOf(value: unknown, bytesMax: number): JsonTextOutcome {
  if (value === undefined) return { kind: 'nothing' };
  let text: string | undefined;
  try {
    text = JSON.stringify(value) as string | undefined;
  } catch (error) {
    return { kind: 'invalid', why: whyOf(error) };
  }
  if (text === undefined) return { kind: 'invalid', why: `a ${typeof value} is not JSON` };
  const bytes = Buffer.byteLength(text);
  return bytes <= bytesMax ? { kind: 'text', text } : { kind: 'too-large', bytes };
}

/** The engine's own words for the usual mistakes show a path through the value; those of `toJSON` may show anything. */
function whyOf(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deeply or too large to print';
  const message = error instanceof TypeError ? error.message : '';
  if (message.includes('circular structure')) return 'it contains itself';
  if (message.includes('BigInt')) return 'it contains a BigInt';
  return 'printing it throws';
}
