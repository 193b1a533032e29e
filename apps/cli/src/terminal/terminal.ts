import { styleText } from 'node:util';
import { type Environment, variable } from '../settings/environment.js';

/** What `styleText` calls its styles, as far as we use them. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** The part of a stream that we use; a terminal has a width. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Data goes to standard output, everything that is said to a person to standard error. */
export class Terminal {
  private readonly colorful: boolean;

  constructor(
    private readonly stdout: Output,
    private readonly stderr: Output,
    readonly environment: Environment,
  ) {
    // https://no-color.org: set and not empty means no color, whatever the value.
    this.colorful = variable(environment, 'NO_COLOR') === undefined && variable(environment, 'TERM') !== 'dumb';
  }

  /** One line of data. */
  print(line: string): void {
    this.stdout.write(`${line}\n`);
  }

  /** One line for the person. */
  say(line: string): void {
    this.stderr.write(`${line}\n`);
  }

  /** Does a person look at the data, so that it may be drawn? */
  get drawsData(): boolean {
    return this.stdout.isTTY === true && variable(this.environment, 'TERM') !== 'dumb';
  }

  /** Does a person look at what is said, so that a line may move? */
  get drawsWords(): boolean {
    return this.stderr.isTTY === true && variable(this.environment, 'TERM') !== 'dumb';
  }

  get data(): Output {
    return this.stdout;
  }

  get words(): Output {
    return this.stderr;
  }

  /** Text as it is shown among the data: colored only where a person sees it. */
  paint(style: Style, text: string): string {
    return this.colorful && this.stdout.isTTY === true ? styleText(style, text, { validateStream: false }) : text;
  }

  /** The same for what is said. */
  tint(style: Style, text: string): string {
    return this.colorful && this.stderr.isTTY === true ? styleText(style, text, { validateStream: false }) : text;
  }
}
