import { join } from 'node:path';
import { freshDatabase, ServiceProcess } from '@holdfast/testkit';
import { type Downstream, startDownstream } from './downstream.js';
import { OtlpReceiver } from './otlp-receiver.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'tracing', 'handlers.mjs');

/** An operation as the tests read it. */
export interface SeenOperation {
  readonly id: string;
  readonly status: string;
  readonly traceId: string | null;
  readonly attempt: { readonly number: number };
  readonly waitingFor: { readonly reason: string } | null;
  readonly requests?: readonly { readonly outcome: string }[];
}

/** A database, a collector, something for handlers to call, and services that share all three. */
export class TracingStage {
  private readonly services: ServiceProcess[] = [];

  private constructor(
    readonly receiver: OtlpReceiver,
    readonly downstream: Downstream,
    private readonly database: Awaited<ReturnType<typeof freshDatabase>>,
  ) {}

  static async open(receiver?: OtlpReceiver): Promise<TracingStage> {
    const opened = await Promise.all([receiver ?? OtlpReceiver.http(), startDownstream(), freshDatabase()]);
    return new TracingStage(...opened);
  }

  async start(
    role: 'all' | 'api' | 'worker',
    env: Readonly<Record<string, string>> = this.receiver.environment(),
  ): Promise<ServiceProcess> {
    const service = await ServiceProcess.start({
      databaseUrl: this.database.url,
      role,
      handlers: HANDLERS,
      env: {
        DOWNSTREAM: this.downstream.url,
        HOLDFAST_LEASE_MS: '1000',
        HOLDFAST_SWEEP_INTERVAL_MS: '100',
        ...env,
      },
    });
    this.services.push(service);
    return service;
  }

  async close(): Promise<void> {
    await Promise.all(this.services.map((service) => service.kill()));
    await Promise.all([this.receiver.close(), this.downstream.close()]);
    await this.database.drop();
  }
}

/** Creates an operation, or repeats the request. */
export async function create(
  service: ServiceProcess,
  key: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly operation: SeenOperation }> {
  const answer = await fetch(`${service.url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, operation: (await answer.json()) as SeenOperation };
}

/** Asks for the operation, waiting at the server, until `done` holds. */
export async function poll(
  service: ServiceProcess,
  id: string,
  done: (seen: SeenOperation) => boolean,
): Promise<SeenOperation> {
  let etag = '';
  for (;;) {
    const headers: Record<string, string> = etag === '' ? {} : { prefer: 'wait=5', 'if-none-match': etag };
    const answer = await fetch(`${service.url}/operations/${id}?view=full`, { headers });
    const seen = answer.status === 200 ? ((await answer.json()) as SeenOperation) : null;
    if (seen && done(seen)) return seen;
    // What is written beside an operation, such as a replay, does not move its version: ask without one again.
    etag = etag === '' ? (answer.headers.get('etag') ?? '') : '';
  }
}
