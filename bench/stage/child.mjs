import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';

const WITNESS = join(import.meta.dirname, 'witness.mjs');
/** How long a start may take, and how long an end, in ms. */
const START_MS = 60_000;
const STOP_MS = 40_000;

/**
 * A measured process: a file run by Node with the witness inside. It is ready when it says so over its channel
 * (`{ ready }`) or on standard output (`readyLine`). What it prints is shown only when it fails.
 */
export class Child extends EventEmitter {
  /** @type {{ ran: number, firstUs: number, lastUs: number }} */
  tally = { ran: 0, firstUs: 0, lastUs: 0 };
  /** Once a second: memory in bytes, CPU since the start in ms, delay of the event loop since it was told to begin in ms. */
  vitals = /** @type {{ rssBytes: number, cpuMs: number, loopDelayP99Ms: number }[]} */ ([]);
  output = '';
  #asked = 0;
  #process;
  #ended;

  /** @param {string} file @param {{ args?: string[], flags?: string[], env?: Record<string, string> }} [how] */
  constructor(file, { args = [], flags = [], env = {} } = {}) {
    super();
    this.setMaxListeners(0);
    this.#process = spawn(process.execPath, [...flags, '--import', WITNESS, file, ...args], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        ABSURD_SQL: process.env.ABSURD_SQL ?? '',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        // A process that logs a line an operation must not fill our memory.
        this.output = (this.output + text).slice(-20_000);
        this.emit('output');
      });
    }
    this.#process.on('message', (/** @type {Record<string, any>} */ message) => {
      if (message.tally) this.tally = message.tally;
      if (message.vitals) {
        this.vitals.push(message.vitals);
        this.emit('vitals');
      }
      this.emit('message', message);
    });
    this.#ended = once(this.#process, 'close').then(() => this.emit('ended'));
  }

  /**
   * Resolves with what it says when it is ready. Rejects with its output when it ends instead.
   *
   * @param {RegExp} [readyLine]
   * @returns {Promise<any>}
   */
  ready(readyLine) {
    return this.#until(START_MS, 'start', (resolve) => {
      this.on('message', ({ ready }) => ready && resolve(ready));
      this.on('output', () => {
        const match = readyLine?.exec(this.output);
        if (match) resolve(match);
      });
    });
  }

  /**
   * Lets the process do something and gives its answer.
   *
   * @param {string} what
   * @param {unknown} [how]
   * @returns {Promise<any>}
   */
  ask(what, how, withinMs = 600_000) {
    const asked = (this.#asked += 1);
    this.#process.send({ asked, what, how });
    return this.#until(withinMs, what, (resolve, reject) => {
      const hear = (/** @type {Record<string, any>} */ message) => {
        if (message.answers !== asked) return;
        this.off('message', hear);
        if (message.failure === undefined) resolve(message.answer);
        else reject(new Error(message.failure));
      };
      this.on('message', hear);
    });
  }

  /** @param {unknown} message */
  tell(message) {
    if (this.#process.connected) this.#process.send(message);
  }

  /** CPU time since the start, in ms. */
  async cpuMs() {
    const seen = once(this, 'vitals');
    this.tell('look');
    await seen;
    return this.vitals.at(-1)?.cpuMs ?? 0;
  }

  async stop() {
    const force = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    this.#process.kill('SIGTERM');
    await this.#ended;
    clearTimeout(force);
  }

  /** @param {number} ms @param {string} what @param {(resolve: (value: any) => void, reject: (error: Error) => void) => void} listen */
  #until(ms, what, listen) {
    return new Promise((resolve, reject) => {
      const give = (/** @type {string} */ why) => reject(new Error(`${what}: ${why}\n${this.output}`));
      const late = setTimeout(() => give(`no answer within ${ms} ms`), ms);
      const ended = () => give('the process ended');
      this.once('ended', ended);
      const settle = (/** @type {(value: any) => void} */ how) => (/** @type {any} */ value) => {
        clearTimeout(late);
        this.off('ended', ended);
        how(value);
      };
      listen(settle(resolve), settle(reject));
    });
  }
}
