/** Half a surrogate pair: with the `u` flag, whole pairs are code points of other categories. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;
const REPLACEMENT = '\uFFFD';
const ELLIPSIS = '…';

/**
 * A text that every database, log and JSON reader takes: U+0000 and lone surrogates replaced, at most `lengthMax` UTF-16
 * code units, with an ellipsis where it was cut.
 */
export function plainText(text: string, lengthMax: number): string {
  // Cut first: replacing characters in a text of hundreds of megabytes would cost more than it is worth.
  const cut = text.length <= lengthMax ? text : text.slice(0, lengthMax - 1);
  const plain = cut.replace(UNSTORABLE, REPLACEMENT);
  if (cut === text) return plain;
  // Half of a pair at the end is of the cutting, not of the text.
  return `${endsInHalf(cut) ? plain.slice(0, -1) : plain}${ELLIPSIS}`;
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
