import type { DiagLogger } from '@opentelemetry/api';
import type { Log } from '@holdfast/kernel';

/** Different complaints that are passed on; a collector that is away has few, and one line each is enough. */
const COMPLAINTS_MAX = 50;

/**
 * What OpenTelemetry says of its own troubles, as warnings in our log: each sentence once, however often an exporter
 * repeats it. What it says before there is a log is kept until {@link Complaints.tell}.
 */
export class Complaints implements DiagLogger {
  private readonly known = new Set<string>();
  private readonly kept: string[] = [];
  private log: Pick<Log, 'warn'> | null = null;

  /** From now on, and for what was kept so far, complaints go to this log. */
  tell(log: Pick<Log, 'warn'>): void {
    this.log = log;
    for (const sentence of this.kept.splice(0)) log.warn(sentence);
  }

  error(message: string): void {
    this.complain(message);
  }

  warn(message: string): void {
    this.complain(message);
  }

  info(): void {}
  debug(): void {}
  verbose(): void {}

  /** A trouble that goes on, however often it was told before; whoever tells of it does so rarely. */
  tellAgain(message: string): void {
    this.pass(`OpenTelemetry: ${sentenceOf(message)}`);
  }

  private complain(message: string): void {
    const sentence = `OpenTelemetry: ${sentenceOf(message)}`;
    if (this.known.has(sentence) || this.known.size >= COMPLAINTS_MAX) return;
    this.known.add(sentence);
    this.pass(sentence);
  }

  private pass(sentence: string): void {
    if (this.log) this.log.warn(sentence);
    else this.kept.push(sentence);
  }
}

/** Exporters put their errors, stack and all, into one JSON text. */
function sentenceOf(message: string): string {
  const [, told] = /"message":"((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
  return told ?? message;
}
