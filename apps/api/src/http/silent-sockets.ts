import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Knows the connections that have not brought a whole request yet. Clients open some in advance, and Node takes those
 * for busy ones when a server closes: without this, one of them would hold up the exit until its socket times out.
 */
export class SilentSockets {
  private readonly sockets = new Set<Socket>();
  private closed = false;

  watch(server: Server): void {
    server.on('connection', (socket) => {
      if (this.closed) {
        socket.destroy();
        return;
      }
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('request', ({ socket }) => this.sockets.delete(socket));
  }

  /** Ends them all, and every one that is still to come. Nobody loses an answer: none of them has asked. */
  close(): void {
    this.closed = true;
    for (const socket of this.sockets) socket.destroy();
  }
}
