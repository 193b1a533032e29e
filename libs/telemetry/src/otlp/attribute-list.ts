import type { AnyValue, Attributes } from '@opentelemetry/api';

/**
 * Attributes of a span, an event or a link, in the order in which they were first set. A list and no object: a span has
 * a dozen of them, and they are only ever walked.
 */
export class AttributeList {
  readonly keys: string[] = [];
  readonly values: AnyValue[] = [];
  dropped = 0;

  constructor(private readonly max: number) {}

  setAll(attributes: Attributes | undefined): this {
    for (const key in attributes) if (Object.hasOwn(attributes, key)) this.set(key, attributes[key]);
    return this;
  }

  /** The last value of a key stands. What cannot be a value is left out, as the specification allows. */
  set(key: string, value: AnyValue): void {
    if (value === undefined) return;
    const known = this.keys.indexOf(key);
    if (known >= 0) {
      if (isValue(value)) this.values[known] = value;
    } else if (this.keys.length >= this.max || key === '' || !isValue(value)) {
      this.dropped += 1;
    } else {
      this.keys.push(key);
      this.values.push(value);
    }
  }
}

/** Deeper than anybody means to nest, and an end to what holds itself. */
const DEPTH_MAX = 8;

/** What OTLP has a place for: texts, numbers, booleans, bytes, nothing, and lists and plain objects of those. */
function isValue(value: AnyValue, depth = 0): boolean {
  const kind = typeof value;
  if (kind === 'string' || kind === 'number' || kind === 'boolean' || value === null) return true;
  if (typeof value !== 'object' || value instanceof Uint8Array) return kind === 'object';
  if (depth === DEPTH_MAX || !(Array.isArray(value) || isPlain(value))) return false;
  return Object.values(value).every((one) => one === undefined || isValue(one as AnyValue, depth + 1));
}

/** As a literal or `Object.create(null)` makes it: an instance of a class may hold anything. */
function isPlain({ constructor }: object): boolean {
  return constructor === Object || constructor === undefined;
}
