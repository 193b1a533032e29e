import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A file of JSON lines, each on disk before `write` returns: what was written down survives whatever happens next. */
export class Journal {
  private readonly file: number;

  constructor(readonly path: string) {
    this.file = openSync(path, 'a');
  }

  write(line: object): void {
    writeSync(this.file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }
}

/** The complete lines of a journal. The last one is left out when its writer died in the middle of it. */
export function readJournal<Line>(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}
