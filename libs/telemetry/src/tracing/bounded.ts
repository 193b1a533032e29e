/** Characters of a name or a word from outside that a span shows: whoever is longer than this has nothing to say. */
const LENGTH_MAX = 200;

/**
 * A text that people or programs elsewhere make up – types, names of steps, codes of errors, user agents – short enough
 * for a span. The end goes, because beginnings tell them apart.
 */
export function bounded(text: string): string {
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX - 1)}…` : text;
}
