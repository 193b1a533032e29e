import type { Socket } from 'node:net';
import type { Ambush, Holding, Rewrite } from './statement-faults.js';
import { FrameReader, replaceIn, rowsOf, statementOf, typeOf } from './wire-frames.js';

/** Messages that only prepare for what a later one sets off: they travel together. */
const PREPARING = new Set(['P', 'B', 'D', 'E', 'C']);

/** What the proxy decides for all its lines. */
export interface LineRules {
  ambush(statement: string): Ambush | null;
  hold(statement: string): Holding | null;
  rewrite(frame: Buffer, statement: string | null): readonly Rewrite[];
  isSilent(): boolean;
  /** Ms by which every message is late, in each direction. */
  delayMs(): number;
  onClose(): void;
}

/** One connection: what the client sends goes on statement by statement, what comes back message by message. */
export class StatementLine {
  private readonly toServer = new FrameReader(false);
  private readonly toClient = new FrameReader(true);
  private group: Buffer[] = [];
  private statement: string | null = null;
  private before: Promise<void> = Promise.resolve();
  /** Struck when the answer to what is under way is complete. */
  private doom: Ambush | null = null;
  private holding: Holding | null = null;
  private rows: number | null = null;
  /** Answers that are on their way, and how many they are. */
  private answers: Promise<void> = Promise.resolve();
  private late = 0;

  constructor(
    private readonly client: Socket,
    private readonly upstream: Socket,
    private readonly rules: LineRules,
  ) {
    for (const [own, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      own.on('error', () => undefined);
      own.on('close', () => {
        other.destroy();
        this.holding?.answered(null);
        rules.onClose();
      });
    }
    client.on('data', (chunk: Buffer) => {
      for (const frame of this.toServer.push(chunk)) this.fromClient(frame);
    });
    upstream.on('data', (chunk: Buffer) => {
      const frames = this.toClient.push(chunk).filter((frame) => !this.swallows(frame));
      if (frames.length > 0 && !rules.isSilent()) this.passOn(Buffer.concat(frames));
    });
  }

  cut(): void {
    this.client.destroy();
    this.upstream.destroy();
  }

  /** Lets nothing pass in either direction, and loses nothing, until it is cleared. */
  clog(): void {
    this.client.pause();
    this.upstream.pause();
  }

  clear(): void {
    this.client.resume();
    this.upstream.resume();
  }

  /** An answer never overtakes an earlier one that is late. */
  private passOn(answer: Buffer): void {
    const delayMs = this.rules.delayMs();
    if (delayMs === 0 && this.late === 0) {
      this.client.write(answer);
      return;
    }
    this.late += 1;
    this.answers = this.answers
      .then(() => pause(delayMs))
      .then(() => {
        this.late -= 1;
        this.client.write(answer);
      });
  }

  private fromClient(frame: Buffer): void {
    const statement = statementOf(frame);
    let sent = frame;
    for (const { from, to } of this.rules.rewrite(frame, statement)) sent = replaceIn(sent, from, to);
    this.group.push(sent);
    this.statement ??= statement;
    if (PREPARING.has(typeOf(frame))) return;
    const group = Buffer.concat(this.group);
    const name = this.statement ?? '';
    this.group = [];
    this.statement = null;
    this.before = this.before.then(() => this.send(group, name));
  }

  private async send(group: Buffer, statement: string): Promise<void> {
    const delayMs = this.rules.delayMs();
    if (delayMs > 0) await pause(delayMs);
    const ambush = this.rules.ambush(statement);
    if (ambush?.when === 'before') {
      ambush.strike();
      this.cut();
      return;
    }
    this.doom = ambush;
    const holding = this.rules.hold(statement);
    if (holding !== null) {
      holding.came();
      await holding.release;
      this.rows = null;
      this.holding = holding;
      // The connection may have gone in the meantime.
      if (this.upstream.destroyed) holding.answered(null);
    }
    if (!this.rules.isSilent()) this.upstream.write(group);
  }

  /** Sees an answer pass; true when the client is not to see it. */
  private swallows(frame: Buffer): boolean {
    this.rows = rowsOf(frame) ?? this.rows;
    const complete = typeOf(frame) === 'Z';
    if (complete && this.holding !== null) {
      this.holding.answered(this.rows);
      this.holding = null;
    }
    if (this.doom === null) return false;
    if (complete) {
      const { strike } = this.doom;
      this.doom = null;
      strike();
      this.cut();
    }
    return true;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
