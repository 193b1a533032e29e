import { EXIT, type ExitCode } from './exit-code.js';

/** Something the person at the terminal can put right: what is wrong, and what to do. */
export class Mistake extends Error {
  override readonly name = 'Mistake';

  constructor(
    message: string,
    readonly remedy: string | null = null,
    readonly exitCode: ExitCode = EXIT.usage,
  ) {
    super(message);
  }
}

/** Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
