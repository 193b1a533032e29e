import { Client, type ClientConfig } from 'pg';

/** Function of PostgreSQL that waits for synchronous standbys (`src/backend/replication/syncrep.c`). */
const WAIT_FOR_STANDBYS = 'SyncRepWaitForLSN';

/** What the driver keeps under `connection`. */
interface Connection {
  readonly stream: { destroy(): void };
  emit(event: 'error', error: Error): void;
}

/**
 * A connection on which a commit is an answer only when it was confirmed. When somebody cancels the wait for a
 * synchronous standby, PostgreSQL answers «committed» after a warning that the standby may not have it. The connection
 * is given up then, so that whoever waits learns what is true: nobody knows whether it took effect for good. The
 * warning is told by where it comes from, because its text is translated.
 */
export class ConfirmedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    // Between two queries of whoever has the connection nobody else listens, and an error event that nobody hears ends
    // the process. Whoever asks next is told.
    this.on('error', () => undefined);
    this.on('notice', ({ routine }) => {
      if (routine === WAIT_FOR_STANDBYS) this.giveUp();
    });
  }

  /**
   * The warning comes before the end of the answer, also of a commit on its own. Both may have arrived together, so
   * what is under way is told at once, as by a connection that is lost, and not when the socket has been closed.
   */
  private giveUp(): void {
    const { connection } = this as unknown as { readonly connection: Connection };
    connection.emit('error', new Error('The connection was given up: no synchronous standby confirmed the commit.'));
    connection.stream.destroy();
  }
}
