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
    const forget = (socket: Socket) => this.sockets.delete(socket);
    function onClose(this: Socket): void {
      forget(this);
    }
    server.on('connection', (socket) => {
      if (this.closed) {
        socket.destroy();
        return;
      }
      this.sockets.add(socket);
      socket.on('close', onClose);
    });
    server.on('request', ({ socket }) => {
      // A listener that stayed would make every request of the connection outlive two collections, which cost a
      // fifth of the throughput.
      if (forget(socket)) socket.off('close', onClose);
    });
  }

  /** Ends them all, and every one that is still to come. Nobody loses an answer: none of them has asked. */
  close(): void {
    this.closed = true;
    for (const socket of this.sockets) socket.destroy();
  }
}
