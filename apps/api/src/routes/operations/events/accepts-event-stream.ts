/** RFC 9110 §12.4.2: weight of a media range, 1 when it has none. */
const WEIGHT = /;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)/i;
const STREAM = /^text\/event-stream$/i;
const JSON_RANGE = /^(?:application\/json|application\/\*|\*\/\*)$/i;

/**
 * Does this `Accept` field ask for a stream? Only a client that names `text/event-stream`, and does not like JSON better
 * (RFC 9110 §12.5.1): one that accepts anything gets a page that ends.
 */
export function acceptsEventStream(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',').map((range) => ({
    type: (range.split(';')[0] as string).trim(),
    weight: Number(WEIGHT.exec(range)?.[1] ?? 1),
  }));
  const weightOf = (wanted: RegExp) =>
    Math.max(0, ...ranges.filter(({ type }) => wanted.test(type)).map(({ weight }) => weight));
  const stream = weightOf(STREAM);
  return stream > 0 && stream >= weightOf(JSON_RANGE);
}
