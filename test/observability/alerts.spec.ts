import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  freePort,
  freshDatabase,
  type PostgresProxy,
  ServiceProcess,
  startPostgresProxy,
  unique,
} from '@holdfast/testkit';
import { Client } from 'pg';
import { Caller, scriptedLoad } from './load.js';
import { ALERTS, dashboardQueries, DOCKER, HANDLERS } from './monitoring.js';
import { hasPrometheus, PrometheusServer } from './prometheus-server.js';

/** Five minutes of a bad state become ten seconds. */
const HURRY = 30;
const PATIENCE_MS = 45_000;
const JOBS = { well: 'holdfast-well', idle: 'holdfast-idle', away: 'holdfast-away', gone: 'holdfast-gone' } as const;

if (hasPrometheus()) firing();
else {
  test('cannot show that alerts fire: prometheus and promtool are not installed (Debian package «prometheus»)', () => {
    process.stderr.write('alerts.spec: NOT CHECKED against a real Prometheus, because none is installed.\n');
    expect(ALERTS.length).toBeGreaterThan(0);
  });
}

function firing() {
  let databases: Awaited<ReturnType<typeof freshDatabase>>[];
  let proxy: PostgresProxy;
  let well: ServiceProcess;
  let idle: ServiceProcess;
  let away: ServiceProcess;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    databases = await Promise.all([freshDatabase(), freshDatabase(), freshDatabase()]);
    const [first, second, third] = databases.map(({ url }) => url) as [string, string, string];
    proxy = await startPostgresProxy(third);
    well = await ServiceProcess.start({
      databaseUrl: first,
      handlers: HANDLERS,
      env: { HOLDFAST_LEASE_MS: '1000', HOLDFAST_SWEEP_INTERVAL_MS: '100' },
    });
    idle = await ServiceProcess.start({ databaseUrl: second, handlers: HANDLERS, role: 'api' });
    away = await ServiceProcess.start({ databaseUrl: proxy.url, handlers: HANDLERS, role: 'api' });
    prometheus = await PrometheusServer.start(
      [
        { job: JOBS.well, address: new URL(well.url).host },
        { job: JOBS.idle, address: new URL(idle.url).host },
        { job: JOBS.away, address: new URL(away.url).host },
        { job: JOBS.gone, address: `127.0.0.1:${await freePort()}` },
      ],
      HURRY,
    );
  });

  afterAll(async () => {
    await prometheus.stop();
    await Promise.all([well.stop(), idle.stop(), away.kill()]);
    await proxy.close();
    await Promise.all(databases.map((database) => database.drop()));
  });

  /** Provokes again and again, as a bad state does, until the alert fires for the job. */
  async function fires(alert: string, job: string, provoke: () => Promise<unknown> = () => Promise.resolve()) {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (;;) {
      await provoke();
      const alerts = await prometheus.alerts();
      const found = alerts.find(
        ({ labels, state }) => labels['alertname'] === alert && labels['job'] === job && state === 'firing',
      );
      if (found) return found;
      if (performance.now() > giveUpAt) throw new Error(`${alert} did not fire; there are ${JSON.stringify(alerts)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  const times = (count: number, work: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, work));

  describe('a real Prometheus', () => {
    test('accepts the rules, the configuration and what we say on the page', () => {
      execFileSync('promtool', ['check', 'rules', join(DOCKER, 'prometheus', 'rules.yml')]);
      execFileSync('promtool', ['check', 'config', join(DOCKER, 'prometheus', 'prometheus.yml')]);
      execFileSync('promtool', ['test', 'rules', join(DOCKER, 'prometheus', 'rules.test.yml')]);
    });

    test('scrapes a service without an error and without an alert while all is well', async () => {
      await scriptedLoad(new Caller(well.url));
      const up = `up{job="${JOBS.well}"} == 1`;
      while ((await prometheus.query(up)).length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await prometheus.scrapeErrors(JOBS.well)).toEqual([]);
    });

    test('finds something for every query of the dashboard', async () => {
      const caller = new Caller(well.url);
      const unanswered = async () => {
        const answers = await Promise.all(
          dashboardQueries().map(async ({ title, expr }) => {
            const asked = expr.replaceAll('"holdfast"', '"holdfast-.*"');
            return (await prometheus.query(asked)).length === 0 ? title : null;
          }),
        );
        return answers.filter((title) => title !== null);
      };
      const giveUpAt = performance.now() + PATIENCE_MS;
      let left = await unanswered();
      while (left.length > 0 && performance.now() < giveUpAt) {
        await scriptedLoad(caller);
        // Something that is due and that nobody claims, and something that ends before anybody could.
        const { body } = await new Caller(idle.url).create('scene.work');
        await fetch(`${idle.url}/operations/${body.id}/cancel`, { method: 'POST' });
        await new Caller(idle.url).create('scene.work');
        left = await unanswered();
      }
      expect(left).toEqual([]);
    });
  });

  describe('every alert fires when its condition is real', () => {
    const fired = new Set<string>();
    const promise = (alert: string, name: string, provoke: () => Promise<unknown>) =>
      test(`${alert}: ${name}`, async () => {
        await provoke();
        fired.add(alert);
      });

    promise('HoldfastTargetDown', 'a process does not answer', () => fires('HoldfastTargetDown', JOBS.gone));

    promise('HoldfastNothingClaims', 'operations are due and there is no worker', () =>
      fires('HoldfastNothingClaims', JOBS.idle, () => new Caller(idle.url).create('scene.work')),
    );

    promise('HoldfastOldestDueTooOld', 'an operation has been due for ten minutes', async () => {
      const client = new Client({ connectionString: databases[1]?.url });
      await client.connect();
      await client.query(`update holdfast.operation_queue set run_at = now() - interval '10 minutes'`);
      await client.end();
      const { annotations } = await fires('HoldfastOldestDueTooOld', JOBS.idle);
      expect(annotations['summary']).toMatch(/^The oldest scene\.work has been due for 10m/);
    });

    promise('HoldfastFailureRate', 'handlers fail for good', () =>
      fires('HoldfastFailureRate', JOBS.well, () =>
        times(10, () => new Caller(well.url).create('scene.work', { fail: true })),
      ),
    );

    promise('HoldfastRetryStorm', 'attempts fail again and again', () =>
      fires('HoldfastRetryStorm', JOBS.well, () =>
        times(20, () => new Caller(well.url).create('scene.work', { flaky: 2 })),
      ),
    );

    promise('HoldfastReplayStorm', 'clients repeat themselves', () => {
      const key = unique('storm');
      return fires('HoldfastReplayStorm', JOBS.well, () =>
        times(30, () => new Caller(well.url).create('scene.work', null, key)),
      );
    });

    promise('HoldfastKeyReused', 'a client uses a key for two different requests', () => {
      const key = unique('reused');
      let made = 0;
      return fires('HoldfastKeyReused', JOBS.well, () =>
        new Caller(well.url).create('scene.work', { made: (made += 1) }, key),
      );
    });

    promise('HoldfastLeasesLost', 'a worker is killed while it holds operations', async () => {
      const victim = await ServiceProcess.start({
        databaseUrl: databases[0]?.url as string,
        handlers: HANDLERS,
        env: { HOLDFAST_LEASE_MS: '1000' },
      });
      const caller = new Caller(victim.url);
      while (!/state="busy"} [1-9]/.test(await caller.metrics())) {
        await times(10, () => caller.create('scene.work', { ms: 2_000 }));
      }
      await victim.kill();
      await fires('HoldfastLeasesLost', JOBS.well);
    });

    promise('HoldfastEventLoopBlocked', 'handlers compute without letting go, one after the other', () =>
      fires('HoldfastEventLoopBlocked', JOBS.well, () =>
        new Caller(well.url).create('scene.block', { ms: 600 }, unique('block'), { prefer: 'wait=5' }),
      ),
    );

    promise('HoldfastDatabaseAway', 'PostgreSQL does not answer', () => {
      proxy.set('cut');
      return fires('HoldfastDatabaseAway', JOBS.away);
    });

    promise('HoldfastServerErrors', 'requests end in 503 meanwhile', () =>
      fires('HoldfastServerErrors', JOBS.away, () =>
        times(5, () => fetch(`${away.url}/operations/opn_01h455vb4pex5vsknk084sn02q`)),
      ),
    );

    test('and none of them is forgotten here', () => {
      expect([...fired].sort()).toEqual(ALERTS.map(({ alert }) => alert).sort());
    });
  });
}
