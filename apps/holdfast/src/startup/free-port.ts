import { once } from 'node:events';
import { createServer } from 'node:net';
import { reasonOf, StartupError } from './startup-error.js';

/** Where to listen: an address that stands for every interface, and a port that was free a moment ago. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** IPv6 and IPv4 together where the machine has both, else IPv4 alone. */
const HOSTS = ['::', '0.0.0.0'] as const;

/**
 * Finds out whether the port can be had before anything else is started, so that the answer is one line and not a
 * half-started service. Port 0 becomes a free port. Throws a {@link StartupError}.
 */
export async function freePort(port: number): Promise<Listening> {
  for (const host of HOSTS) {
    const found = await tryListen(host, port);
    if (found !== null) return { host, port: found };
  }
  throw new StartupError('PORT: no network address to listen on.');
}

/** The port; null when the machine has no such address. */
async function tryListen(host: string, port: number): Promise<number | null> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL') return null;
    throw listenError(error, port);
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** The one line for a port that cannot be had. */
export function listenError(error: unknown, port: number): StartupError {
  const { code } = error as NodeJS.ErrnoException;
  const say = (sentence: string) => new StartupError(`PORT: ${sentence}`, { cause: error });
  if (code === 'EADDRINUSE')
    return say(`${port} is in use by another process. Stop that one or set PORT to another port.`);
  if (code === 'EACCES') return say(`this user may not listen on ${port}. Set PORT to 1024 or above.`);
  return say(`cannot listen on ${port}: ${reasonOf(error)}.`);
}
