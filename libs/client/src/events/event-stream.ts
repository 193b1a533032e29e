/** One event of a stream (WHATWG HTML §9.2). */
export interface StreamEvent {
  readonly type: string;
  readonly data: string;
  /** The stream's last event id when the event was sent; empty when there was none. */
  readonly id: string;
}

/** What a line of a stream told beside events: how long to wait before connecting again, in ms. */
export interface StreamAdvice {
  readonly retryMs: number;
}

/** Reads a stream's text as it comes, whatever way it is cut into chunks; the end of the stream drops half an event. */
export class EventStreamReader {
  private rest = '';
  private type = '';
  private data: string[] = [];
  private id = '';

  /** Takes the next piece of text; gives what was completed by it. */
  read(text: string): (StreamEvent | StreamAdvice)[] {
    const found: (StreamEvent | StreamAdvice)[] = [];
    const all = this.rest + text;
    // A carriage return at the very end may be one half of a line end.
    const usable = all.endsWith('\r') ? all.slice(0, -1) : all;
    const lines = usable.split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? '') + all.slice(usable.length);
    for (const line of lines) {
      const complete = line === '' ? this.dispatch() : this.field(line);
      if (complete) found.push(complete);
    }
    return found;
  }

  private field(line: string): StreamAdvice | null {
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') this.data.push(value);
    else if (name === 'event') this.type = value;
    else if (name === 'id' && !value.includes('\0')) this.id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) return { retryMs: Number(value) };
    return null;
  }

  private dispatch(): StreamEvent | null {
    const { type, data, id } = this;
    this.type = '';
    this.data = [];
    return data.length === 0 ? null : { type: type || 'message', data: data.join('\n'), id };
  }
}
