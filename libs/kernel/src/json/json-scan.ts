import { Refusal } from '../errors/refusal.js';
import { MemberNames } from './member-names.js';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LETTER_U = 0x75;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const SHORT_ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

/** A token of at most this many characters and no exponent is below 10^15, and so below 2^53. */
const SAFE_NUMBER_LENGTH = 15;

/**
 * Reads a body byte by byte and throws a `body-invalid` refusal at the first thing that `JSON.parse` would reject, or
 * would accept and change: a repeated member name, a number that a double does not hold, nesting that later code could
 * not print. Bytes instead of characters, because all of JSON's own characters are single bytes of UTF-8, an array of
 * bytes is read twice as fast as a string, and positions can be reported in the unit a client can count.
 *
 * It recurses once for each level of nesting, and refuses before it enters a level beyond `maxDepth`.
 */
export class JsonScan {
  /** True when some string contains an escaped NUL or half a surrogate pair, or both halves of one. */
  sawSuspectEscape = false;
  /** Position in `body`. */
  private at = 0;
  /** Bytes before `at` less the UTF-16 code units they decode to: leads from the position in `body` to that in `text`. */
  private surplus = 0;

  /** `text` is `body` decoded; it must be valid UTF-8. */
  constructor(
    private readonly body: Buffer,
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  /** Reads the body as one JSON value with nothing but white space around it. */
  run(): void {
    this.value(this.next(), 0);
    if (this.skipSpace() < this.body.length) throw this.unexpected();
  }

  private value(first: number, depth: number): void {
    if (first === QUOTE) this.string();
    else if (first === OPEN_BRACE) this.object(this.enter(depth));
    else if (first === OPEN_BRACKET) this.array(this.enter(depth));
    else if (first === MINUS || isDigit(first)) this.number();
    else this.word(first);
  }

  private enter(depth: number): number {
    if (depth === this.maxDepth) {
      throw new Refusal('body-invalid', `The body is nested deeper than ${this.maxDepth} levels at byte ${this.at}.`);
    }
    this.at += 1;
    return depth + 1;
  }

  private object(depth: number): void {
    if (this.next() === CLOSE_BRACE) {
      this.at += 1;
      return;
    }
    const names = new MemberNames();
    for (;;) {
      if (this.next() !== QUOTE) throw this.unexpected();
      const start = this.at;
      if (!names.add(this.name())) {
        throw new Refusal('body-invalid', `The member name at byte ${start} occurs twice in the same object.`);
      }
      if (this.next() !== COLON) throw this.unexpected();
      this.at += 1;
      this.value(this.next(), depth);
      if (this.closes(CLOSE_BRACE)) return;
    }
  }

  private array(depth: number): void {
    if (this.next() === CLOSE_BRACKET) {
      this.at += 1;
      return;
    }
    do this.value(this.next(), depth);
    while (!this.closes(CLOSE_BRACKET));
  }

  /** After a member or element: true at the end of the container, false when another one must follow. */
  private closes(end: number): boolean {
    const byte = this.next();
    if (byte !== end && byte !== COMMA) throw this.unexpected();
    this.at += 1;
    return byte === end;
  }

  /** Reads a string and says whether it contains an escape. */
  private string(): boolean {
    const { body } = this;
    let at = this.at + 1;
    let escaped = false;
    while (at < body.length) {
      const byte = body[at] as number;
      if (byte === QUOTE) {
        this.at = at + 1;
        return escaped;
      }
      if (byte < SPACE) break;
      if (byte === BACKSLASH) {
        escaped = true;
        at = this.escape(at);
      } else {
        // Continuation bytes are surplus, but a sequence of four bytes is two code units.
        if (byte >= 0x80) this.surplus += byte < 0xc0 ? 1 : byte < 0xf0 ? 0 : -1;
        at += 1;
      }
    }
    this.at = at;
    throw this.unexpected();
  }

  /** Checks the escape that begins at `at` (RFC 8259 §7) and gives the position behind it. */
  private escape(at: number): number {
    const letter = this.body[at + 1] ?? 0;
    if (SHORT_ESCAPES.has(letter)) return at + 2;
    if (letter === LETTER_U) {
      const high = this.hexDigit(at + 2, 12) | this.hexDigit(at + 3, 8);
      const unit = high | this.hexDigit(at + 4, 4) | this.hexDigit(at + 5, 0);
      if (unit === 0 || (unit & 0xf800) === 0xd800) this.sawSuspectEscape = true;
      // One digit that is none makes the whole negative.
      if (unit >= 0) return at + 6;
    }
    this.at = at;
    throw new Refusal('body-invalid', `The body is not JSON: a malformed escape at byte ${at}.`);
  }

  /** The value of the hexadecimal digit at `at`, shifted; -1 when there is none. */
  private hexDigit(at: number, shift: number): number {
    const byte = this.body[at] ?? 0;
    if (isDigit(byte)) return (byte - DIGIT_0) << shift;
    const letter = (byte | 0x20) - 0x61;
    return letter >= 0 && letter < 6 ? (letter + 10) << shift : -1;
  }

  /** Reads a member name and gives it without its escapes. */
  private name(): string {
    const start = this.at + 1 - this.surplus;
    const escaped = this.string();
    const raw = this.text.slice(start, this.at - 1 - this.surplus);
    return escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
  }

  private number(): void {
    const { body } = this;
    const start = this.at;
    if (body[this.at] === MINUS) this.at += 1;
    if (body[this.at] === DIGIT_0) this.at += 1;
    else this.digits();
    if (body[this.at] === DOT) {
      this.at += 1;
      this.digits();
    }
    let exponent = false;
    if (((body[this.at] ?? 0) | 0x20) === 0x65) {
      exponent = true;
      this.at += 1;
      if (body[this.at] === MINUS || body[this.at] === 0x2b) this.at += 1;
      this.digits();
    }
    if (exponent || this.at - start > SAFE_NUMBER_LENGTH) this.refuseUnfaithful(start);
  }

  private digits(): void {
    const { body } = this;
    let { at } = this;
    while (at < body.length && isDigit(body[at] as number)) at += 1;
    const none = at === this.at;
    this.at = at;
    if (none) throw this.unexpected();
  }

  /**
   * The rule is about the value, not about how it was spelled: `1.0` and `1e3` are fine, while an integer that doubles
   * skip could not be told from its neighbor, so that two different requests would count as the same.
   */
  private refuseUnfaithful(start: number): void {
    const value = Number(this.text.slice(start - this.surplus, this.at - this.surplus));
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      throw new Refusal(
        'body-invalid',
        `The number at byte ${start} is beyond ±(2^53 − 1); send such a number as a string.`,
      );
    }
  }

  private word(first: number): void {
    const word = first === 0x74 ? 'true' : first === 0x66 ? 'false' : 'null';
    for (let index = 0; index < word.length; index += 1) {
      if (this.body[this.at] !== word.charCodeAt(index)) throw this.unexpected();
      this.at += 1;
    }
  }

  /** The byte at the next position that is not white space; NaN, which equals nothing, at the end of the body. */
  private next(): number {
    const at = this.skipSpace();
    return at < this.body.length ? (this.body[at] as number) : Number.NaN;
  }

  private skipSpace(): number {
    const { body } = this;
    let { at } = this;
    while (at < body.length) {
      const byte = body[at] as number;
      if (byte !== SPACE && byte !== LINE_FEED && byte !== RETURN && byte !== TAB) break;
      at += 1;
    }
    this.at = at;
    return at;
  }

  private unexpected(): Refusal {
    const detail =
      this.at < this.body.length
        ? `The body is not JSON: something else was expected at byte ${this.at}.`
        : `The body is not JSON: it ends at byte ${this.at}, before the value is complete.`;
    return new Refusal('body-invalid', detail);
  }
}

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_9;
}
