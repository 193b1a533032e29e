import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/** How long a process that a failed test left behind may take to end, in ms. */
const CLOSE_MS = 30_000;

/** How a process ended: its exit code, or null when a signal ended it. */
export type Ending = number | null;

/** The service as a real child process, at the head of a process group of its own. */
export class ServiceProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ending>;

  constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // Closed, not only ended: by then all its output has arrived.
    this.ended = once(child, 'close').then(([code]) => code as Ending);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves with the service's URL once it says that it is ready; rejects with its output when it ends instead. */
  async ready(): Promise<string> {
    const end = this.ended.then((code) => {
      throw new Error(`ended with ${code}:\n${this.stdout}\n${this.stderr}`);
    });
    // The end of a service that was ready is no news to anybody.
    end.catch(() => undefined);
    for (;;) {
      const [, url] = /(http:\/\/localhost:\d+)\/health\/ready/.exec(this.stdout) ?? [];
      if (url !== undefined && this.stdout.includes('Ctrl-C')) return url;
      await Promise.race([end, this.child.stdout && once(this.child.stdout, 'data')]);
    }
  }

  /** Resolves once the log has a line that matches. */
  async logged(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.stderr)) {
      const more = this.child.stderr && once(this.child.stderr, 'data');
      await Promise.race([more, this.ended.then(() => Promise.reject(new Error(`ended without ${pattern}`)))]);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What Ctrl-C does: the signal reaches every process of the group. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }
}

/** Folders and processes of one test file; all gone after {@link ServiceLab.close}. */
export class ServiceLab {
  private readonly folders: string[] = [];
  private readonly processes: ServiceProcess[] = [];

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-service-'));
    this.folders.push(folder);
    return folder;
  }

  /** A file in a folder of its own. */
  async file(name: string, text: string): Promise<string> {
    const path = join(await this.folder(), name);
    await writeFile(path, text);
    return path;
  }

  /** Starts the service on a free port, with these variables and none of ours. */
  start(variables: Readonly<Record<string, string>>): ServiceProcess {
    return this.run(process.execPath, ['--enable-source-maps', MAIN], variables);
  }

  run(
    command: string,
    parameters: readonly string[],
    variables: Readonly<Record<string, string>>,
    cwd: string = tmpdir(),
  ): ServiceProcess {
    const { PATH = '', HOME = '', TMPDIR } = process.env;
    const env = { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), PORT: '0', ...variables };
    const child = spawn(command, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const service = new ServiceProcess(child);
    this.processes.push(service);
    return service;
  }

  /** What a test left running is asked to end, so that its embedded PostgreSQL ends too; then it is made to. */
  async close(): Promise<void> {
    for (const service of this.processes) service.signal('SIGTERM');
    const force = setTimeout(() => {
      for (const service of this.processes) service.signal('SIGKILL');
    }, CLOSE_MS);
    await Promise.all(this.processes.map((service) => service.ended));
    clearTimeout(force);
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }
}

export { MAIN };
