import { connect } from 'node:net';

/**
 * Sends bytes as they are and gives everything the server answers until it closes the connection, or until `until`
 * occurs in the answer. For requests no HTTP client would send.
 */
export function rawRequest(url: string, bytes: string | Buffer, until?: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (until !== undefined && answer.includes(until)) socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    // The server may reset the connection after its answer, for bytes of ours that it never read.
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  });
}
