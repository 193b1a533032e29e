import { ServiceProcess } from '@holdfast/testkit';
import type pg from 'pg';

export interface PooledFleetOptions {
  readonly pooledUrl: string;
  readonly directUrl: string;
  readonly handlers: string;
  readonly leaseMs: number;
}

/** How an operation ended. */
export interface Ended {
  readonly status: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** An API and two workers that reach their database through a pooler. */
export class PooledFleet {
  private api: ServiceProcess | null = null;
  private workers: ServiceProcess[] = [];

  private constructor(private readonly options: PooledFleetOptions) {}

  static async start(options: PooledFleetOptions): Promise<PooledFleet> {
    const fleet = new PooledFleet(options);
    fleet.api = await fleet.service('api');
    await fleet.replaceWorkers({});
    return fleet;
  }

  get url(): string {
    return this.api?.url ?? '';
  }

  /** Ends both workers in order and starts two others, with these variables on top. */
  async replaceWorkers(env: Readonly<Record<string, string>>): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
    this.workers = await Promise.all([this.service('worker', env), this.service('worker', env)]);
  }

  async killWorker(): Promise<void> {
    await this.workers.pop()?.kill();
  }

  async create(type: string, input: object, key: string): Promise<{ status: number; replayed: boolean; id: string }> {
    const answer = await fetch(`${this.url}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ type, input }),
    });
    const { id } = (await answer.json()) as { id: string };
    return { status: answer.status, replayed: answer.headers.get('idempotent-replayed') === 'true', id };
  }

  async signal(id: string, name: string, payload: object): Promise<number> {
    const answer = await fetch(`${this.url}/operations/${id}/signals/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': name },
      body: JSON.stringify({ payload }),
    });
    return answer.status;
  }

  async cancel(id: string): Promise<number> {
    return (await fetch(`${this.url}/operations/${id}/cancel`, { method: 'POST' })).status;
  }

  /** Waits for the end of an operation; the time limit of the test ends a wait in vain. */
  async ended(id: string): Promise<Ended> {
    for (;;) {
      const answer = await fetch(`${this.url}/operations/${id}`, { headers: { prefer: 'wait=5' } });
      const { status, result, error } = (await answer.json()) as Ended;
      if (status !== 'pending' && status !== 'running') return { status, result, error };
    }
  }

  async isRunning(sql: pg.Client): Promise<boolean> {
    const { rows } = await sql.query<{ workers: number }>(
      "select count(distinct lease_owner)::int as workers from holdfast.operations where status = 'running'",
    );
    return (rows[0]?.workers ?? 0) > 1;
  }

  async hasLost(sql: pg.Client): Promise<boolean> {
    return ((await sql.query('select from holdfast.operations where lost > 0')).rowCount ?? 0) > 0;
  }

  async close(): Promise<void> {
    const services = [...(this.api ? [this.api] : []), ...this.workers];
    await Promise.all(services.map((service) => service.stop()));
  }

  private service(role: 'api' | 'worker', env: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const { pooledUrl, directUrl, handlers, leaseMs } = this.options;
    return ServiceProcess.start({
      databaseUrl: pooledUrl,
      role,
      handlers,
      env: {
        HOLDFAST_POOLER: 'transaction',
        DATABASE_DIRECT_URL: directUrl,
        HOLDFAST_LEASE_MS: String(leaseMs),
        HOLDFAST_SWEEP_INTERVAL_MS: '100',
        HOLDFAST_CONCURRENCY: '40',
        ...env,
      },
    });
  }
}
