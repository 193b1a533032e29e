import type { Clock, Log } from '@holdfast/kernel';
import { Client } from 'pg';

const RETRY_MS = 1_000;
/** How often the connection is asked whether it is still there: a half-open one would stay silent for ever. */
const PROBE_MS = 15_000;
const TIMEOUT_MS = 5_000;

interface ListenerEvents {
  readonly onConnect: () => void;
  readonly onPayload: (payload: string) => void;
}

/** One connection that listens for notifications and comes back by itself when it is lost. */
export class Listener {
  private client: Client | null = null;
  private takeBack: (() => void) | null = null;
  private closed = false;
  private reported = false;

  constructor(
    private readonly parts: { readonly url: string; readonly clock: Clock; readonly log: Log },
    private readonly events: ListenerEvents,
  ) {}

  start(): void {
    void this.connect();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.takeBack?.();
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.parts.url,
      application_name: 'holdfast listen',
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      keepAlive: true,
    });
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, null));
    client.on('notification', ({ payload }) => payload && this.events.onPayload(payload));
    this.client = client;
    try {
      await client.connect();
      await client.query('listen holdfast');
      if (this.closed) return await client.end();
      this.reported = false;
      this.events.onConnect();
      this.probe(client);
    } catch (error) {
      this.lost(client, error);
    }
  }

  private probe(client: Client): void {
    this.takeBack = this.parts.clock.after(PROBE_MS, () => {
      client.query('select 1').then(
        () => this.client === client && this.probe(client),
        (error: unknown) => this.lost(client, error),
      );
    });
  }

  private lost(client: Client, error: unknown): void {
    if (this.client !== client || this.closed) return;
    this.client = null;
    this.takeBack?.();
    client.end().catch(() => undefined);
    if (!this.reported) {
      this.reported = true;
      this.parts.log.warn('Notifications are interrupted; polling goes on.', {
        error: error instanceof Error ? error.message : 'closed',
      });
    }
    this.takeBack = this.parts.clock.after(RETRY_MS, () => void this.connect());
  }
}
