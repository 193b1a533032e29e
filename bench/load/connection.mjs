import { connect } from 'node:net';
import { once } from 'node:events';

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: (\d+)/i;

/** An answer: its status and all of its text, head and body; `bodyAt` is where the body begins. */
/** @typedef {{ status: number, text: string, bodyAt: number }} Answer */

/**
 * A kept-alive HTTP/1.1 connection with one request at a time. As bare as it can be: the client shares two cores with
 * what it measures, and every microsecond it takes is missing there. Answers must say their length; text is read as
 * Latin-1, which is exact for lengths and right for the ASCII that the bench looks at.
 */
export class Connection {
  #socket;
  #received = '';
  /** @type {((answer: Answer) => void) | null} */
  #resolve = null;
  /** @type {((error: Error) => void) | null} */
  #reject = null;

  /** @param {number} port */
  static async open(port) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (chunk) => this.#take(String(chunk)));
    socket.on('error', (error) => this.#broken(error));
    socket.on('close', () => this.#broken(new Error('The server closed the connection.')));
  }

  /** Sends a request and resolves with its answer. @param {string} request @returns {Promise<Answer>} */
  exchange(request) {
    return new Promise((resolve, reject) => {
      // A write to a socket that is closed already is neither answered nor an error.
      if (this.#socket.destroyed) return reject(new Error('The server has closed the connection.'));
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(request, 'latin1');
    });
  }

  close() {
    this.#reject = null;
    this.#socket.destroy();
  }

  /** @param {string} chunk */
  #take(chunk) {
    const text = this.#received === '' ? chunk : this.#received + chunk;
    const headEnd = text.indexOf(HEAD_END);
    const bodyAt = headEnd + HEAD_END.length;
    const length = headEnd < 0 ? undefined : Number(LENGTH.exec(text)?.[1] ?? 0);
    if (length === undefined || text.length < bodyAt + length) {
      this.#received = text;
      return;
    }
    this.#received = '';
    this.#resolve?.({ status: Number(text.slice(9, 12)), text, bodyAt });
  }

  /** @param {Error} error */
  #broken(error) {
    this.#reject?.(error);
  }
}
