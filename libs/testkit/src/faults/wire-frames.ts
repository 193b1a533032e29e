const LENGTH_BYTES = 4;
const TYPE_BYTES = 1;

/** Messages of one direction of a connection to PostgreSQL (manual, «Message Formats»), however TCP has cut them. */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);

  /** `typed` is false while messages lack the type byte: a client's first one does. */
  constructor(private typed: boolean) {}

  /** The messages that are complete now, each with its header. */
  push(chunk: Buffer): Buffer[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const frames: Buffer[] = [];
    for (;;) {
      const header = this.typed ? TYPE_BYTES : 0;
      if (this.rest.length < header + LENGTH_BYTES) return frames;
      const size = header + this.rest.readInt32BE(header);
      if (this.rest.length < size) return frames;
      frames.push(this.rest.subarray(0, size));
      this.rest = this.rest.subarray(size);
      this.typed = true;
    }
  }
}

/** The type of a message; a start-up message has none. */
export function typeOf(frame: Buffer): string {
  return frame[0] === 0 ? '' : String.fromCharCode(frame[0] ?? 0);
}

/**
 * What a client's message executes: the name of a prepared statement, or the first word of a simple query in lower
 * case (`begin`, `commit`). Null for messages that name nothing.
 */
export function statementOf(frame: Buffer): string | null {
  const [first = '', second = ''] = frame.toString('latin1', TYPE_BYTES + LENGTH_BYTES).split('\0', 2);
  switch (typeOf(frame)) {
    case 'P':
      return first;
    case 'B':
      return second;
    case 'Q':
      return first.trim().split(/\W/, 1)[0]?.toLowerCase() ?? '';
    default:
      return null;
  }
}

/** Rows that a CommandComplete message tells of (`SELECT 3`, `INSERT 0 2`); null for any other message. */
export function rowsOf(frame: Buffer): number | null {
  if (typeOf(frame) !== 'C') return null;
  const rows = /(\d+)\0$/.exec(frame.toString('latin1'))?.[1];
  return rows === undefined ? null : Number(rows);
}

/** The message with `to` in the place of `from`, and its length put right; the message itself where `from` is not. */
export function replaceIn(frame: Buffer, from: string, to: string): Buffer {
  const text = frame.toString('latin1');
  if (!text.includes(from)) return frame;
  const changed = Buffer.from(
    text.replace(from, () => to),
    'latin1',
  );
  changed.writeInt32BE(frame.length + to.length - from.length - headerOf(frame), headerOf(frame));
  return changed;
}

function headerOf(frame: Buffer): number {
  return typeOf(frame) === '' ? 0 : TYPE_BYTES;
}
