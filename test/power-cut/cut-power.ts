import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@holdfast/embedded';
import { ServiceProcess, uuidBehind } from '@holdfast/testkit';
import pg from 'pg';
import { Orders } from '../failover/orders.js';
import { Disk, whileStopped } from './disk.js';

const CLIENTS = 16;
const BETWEEN_CUTS = 500;
/** A type of the demo handlers that is done at once. */
const TYPE = 'demo.echo';

export interface PowerCuts {
  readonly settings: Readonly<Record<string, string>>;
  readonly cuts: number;
}

/** What was acknowledged before the power went, each create once, and how many of these a cut left nothing of. */
export interface PowerCutFigures {
  readonly acknowledged: number;
  readonly lost: number;
}

/** Runs a service on a disk of its own, cuts the power of copies of that disk, and looks at what is left on them. */
export async function cutPower({ settings, cuts }: PowerCuts): Promise<PowerCutFigures> {
  const place = mkdtempSync(join(tmpdir(), 'holdfast-power-'));
  const disk = Disk.create(join(place, 'disk.img'), join(place, 'disk'));
  try {
    const server = await startEmbeddedPostgres({ dataDir: join(disk.folder, 'data'), settings });
    try {
      return await underLoad(server.url, async (orders) => {
        const figures = { acknowledged: 0, lost: new Set<string>() };
        for (let cut = 1; cut <= cuts; cut += 1) {
          while (orders.acknowledged.size < cut * BETWEEN_CUTS) await pause();
          const image = join(place, `cut-${cut}.img`);
          // Synchronously, so that no answer is read between these two.
          const { acknowledged, left } = whileStopped(server.pid, () => ({
            acknowledged: new Map(orders.acknowledged),
            left: disk.cut(image, join(place, `cut-${cut}`)),
          }));
          figures.acknowledged = acknowledged.size;
          for (const key of await lostOn(left, acknowledged, settings)) figures.lost.add(key);
          rmSync(image);
        }
        return { ...figures, lost: figures.lost.size };
      });
    } finally {
      await server.stop();
    }
  } finally {
    disk.unmount();
    rmSync(place, { recursive: true, force: true });
  }
}

/** Lets clients place orders with a service while `work` goes on. */
async function underLoad<Result>(databaseUrl: string, work: (orders: Orders) => Promise<Result>): Promise<Result> {
  const service = await ServiceProcess.launch({ databaseUrl, env: { HOLDFAST_LOG_LEVEL: 'error' } });
  try {
    await service.untilReady();
    const orders = new Orders(service.url, TYPE);
    const load = orders.run(CLIENTS);
    try {
      return await work(orders);
    } finally {
      orders.stop();
      await load;
    }
  } finally {
    await service.kill();
  }
}

/** Lets PostgreSQL recover on what a power cut left, and names the acknowledged creates that are not there. */
async function lostOn(
  left: Disk,
  acknowledged: ReadonlyMap<string, string>,
  settings: Readonly<Record<string, string>>,
): Promise<string[]> {
  const dataDir = join(left.folder, 'data');
  // Whoever used the folder is gone after a power cut, and here it is this very process.
  rmSync(join(dataDir, 'owners'), { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ dataDir, settings });
    const client = new pg.Client({ connectionString: server.url });
    try {
      await client.connect();
      const { rows } = await client.query<{ key: string; id: string }>(
        'select idempotency_key as key, id from holdfast.operations',
      );
      const present = new Map(rows.map(({ key, id }) => [key, id]));
      return [...acknowledged].filter(([key, id]) => present.get(key) !== uuidBehind(id)).map(([key]) => key);
    } finally {
      await client.end();
      await server.stop();
    }
  } finally {
    left.unmount();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
