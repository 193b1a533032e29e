import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * A file of JSON lines, each with the time `at` which it was written (ms, wall clock). A line belongs to the system
 * before `write` returns and survives the death of any process; nothing here takes the machine down.
 */
export class Journal {
  private readonly file: number;

  constructor(readonly path: string) {
    this.file = openSync(path, 'a');
  }

  write(line: object): void {
    writeSync(this.file, `${JSON.stringify({ at: now(), ...line })}\n`);
  }

  close(): void {
    closeSync(this.file);
  }
}

/** What every process of this machine agrees on, whatever its `Date` has been made to say (see `handlers.mjs`). */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** The complete lines of a journal, none when it was never begun. The last one is left out when its writer died in it. */
export function readJournal<Line>(path: string): Line[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}
