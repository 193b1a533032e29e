import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@holdfast/testkit';
import { stringify } from 'yaml';
import { hurriedRules } from './monitoring.js';

/** Whether Debian's package `prometheus`, or another one of that name, is installed. */
export function hasPrometheus(): boolean {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' });
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Target {
  readonly job: string;
  /** host:port */
  readonly address: string;
}

export interface Alert {
  readonly state: 'pending' | 'firing';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A real Prometheus that scrapes once a second and evaluates our rules with hurried times. */
export class PrometheusServer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(targets: readonly Target[], hurry: number): Promise<PrometheusServer> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-prometheus-'));
    const jobs = [...new Set(targets.map(({ job }) => job))];
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '500ms' },
      rule_files: ['rules.yml'],
      scrape_configs: jobs.map((job) => ({
        job_name: job,
        static_configs: [{ targets: targets.filter((one) => one.job === job).map(({ address }) => address) }],
      })),
    };
    await writeFile(join(folder, 'rules.yml'), stringify(hurriedRules(hurry)));
    await writeFile(join(folder, 'prometheus.yml'), stringify(config));
    const port = await freePort();
    const flags = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    const child = spawn('prometheus', flags, { stdio: 'ignore' });
    const server = new PrometheusServer(`http://127.0.0.1:${port}`, child, folder);
    await until(() =>
      fetch(`${server.url}/-/ready`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    return server;
  }

  /** Alerts that are pending or firing now. */
  async alerts(): Promise<readonly Alert[]> {
    return (await this.get<{ alerts: Alert[] }>('/api/v1/alerts')).alerts;
  }

  /** The result of an expression: its series. Throws when it does not evaluate. */
  async query(expr: string): Promise<readonly unknown[]> {
    return (await this.get<{ result: unknown[] }>(`/api/v1/query?query=${encodeURIComponent(expr)}`)).result;
  }

  /** Scrapes that failed, with the reason. */
  async scrapeErrors(job: string): Promise<string[]> {
    const { activeTargets } = await this.get<{ activeTargets: { labels: { job: string }; lastError: string }[] }>(
      '/api/v1/targets',
    );
    return activeTargets.filter(({ labels }) => labels.job === job).flatMap(({ lastError }) => lastError || []);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async get<Data>(path: string): Promise<Data> {
    const answer = (await (await fetch(this.url + path)).json()) as { status: string; data: Data; error?: string };
    if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`);
    return answer.data;
  }
}
