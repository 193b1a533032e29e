/** Wire types of protobuf that OTLP needs. */
export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
export const FIXED32 = 5;

const TWO_32 = 2 ** 32;
const TWO_16 = 2 ** 16;

/**
 * Writes protobuf into one buffer that grows. Spans are written the moment they end, so what has to live until the next
 * export is one block of bytes and not thousands of objects that the garbage collector carries along; and a text is
 * walked once, not once for its size and once for its bytes.
 */
export class ProtobufWriter {
  bytes: Buffer;
  /** Where the next byte goes; whoever keeps the writer may set it back. */
  at: number;
  private doubles: DataView;

  /** `from` bytes at the beginning stay free, for a head that is known only in the end. */
  constructor(size: number, from = 0) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.doubles = viewOf(this.bytes);
    this.at = from;
  }

  tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType);
  }

  /** An integer from −2^63 to 2^63; a negative one takes ten bytes, as the format has it. */
  varint(value: number): void {
    this.reserve(10);
    if (value >= 0 && value <= 0x7f) {
      this.bytes[this.at++] = value;
      return;
    }
    let low = value >>> 0;
    let high = value >= 0 ? Math.floor(value / TWO_32) : Math.floor(value / TWO_32) >>> 0;
    while (high > 0 || low > 0x7f) {
      this.bytes[this.at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.bytes[this.at++] = low;
  }

  fixed32(value: number): void {
    this.reserve(4);
    this.doubles.setUint32(this.at, value, true);
    this.at += 4;
  }

  double(value: number): void {
    this.reserve(8);
    this.doubles.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** Ms since the epoch as nanoseconds. Their product is beyond 2^53, so it is made of two halves. */
  instant(ms: number): void {
    const whole = Math.floor(ms);
    const nanos = Math.round((ms - whole) * 1e6);
    const upper = Math.floor(whole / TWO_16) * 1e6;
    const low = (upper % TWO_16) * TWO_16 + (whole % TWO_16) * 1e6 + nanos;
    this.reserve(8);
    this.doubles.setUint32(this.at, low % TWO_32, true);
    this.doubles.setUint32(this.at + 4, Math.floor(upper / TWO_16) + Math.floor(low / TWO_32), true);
    this.at += 8;
  }

  /** A text with its length before it. Nearly all are ASCII, for which a loop is faster than a call of the encoder. */
  text(text: string): void {
    const { length } = text;
    this.reserve(length + 5);
    const begin = this.at;
    this.varint(length);
    const { bytes } = this;
    let { at } = this;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        this.at = begin;
        return this.blob(Buffer.from(text));
      }
      bytes[at++] = code;
    }
    this.at = at;
  }

  blob(blob: Uint8Array): void {
    this.varint(blob.length);
    this.reserve(blob.length);
    this.bytes.set(blob, this.at);
    this.at += blob.length;
  }

  /** An id in lower-case hexadecimal as bytes, with their number before them. */
  id(hex: string): void {
    const { length } = hex;
    this.reserve(length);
    this.bytes[this.at++] = length >> 1;
    for (let index = 0; index < length; index += 2) {
      this.bytes[this.at++] = (digit(hex.charCodeAt(index)) << 4) | digit(hex.charCodeAt(index + 1));
    }
  }

  /** Begins a message; its length gets `room` bytes for now. Gives what {@link close} wants to know. */
  open(room: 1 | 2 = 1): number {
    this.reserve(room);
    this.at += room;
    return this.at;
  }

  /** Ends the message that began at `start`, and moves it when its length needs more or less than its room. */
  close(start: number, room: 1 | 2 = 1): void {
    const { at } = this;
    const length = at - start;
    const begin = start - room;
    if (room === 1 && length <= 0x7f) {
      this.bytes[begin] = length;
      return;
    }
    const shift = varintSize(length) - room;
    if (shift !== 0) {
      this.reserve(5);
      this.bytes.copyWithin(start + shift, start, at);
    }
    this.at = begin;
    this.varint(length);
    this.at = at + shift;
  }

  private reserve(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + size));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
    this.doubles = viewOf(grown);
  }
}

/** Bytes a length takes. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function digit(code: number): number {
  return code < 0x3a ? code - 0x30 : code - 0x57;
}
