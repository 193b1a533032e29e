import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from './free-port.js';

const MAIN = join(import.meta.dirname, '..', '..', '..', '..', 'apps', 'holdfast', 'dist', 'main.js');
const READY_WITHIN_MS = 45_000;
const LOOK_EVERY_MS = 30;

export interface ServiceOptions {
  /** Database to use; absent for the embedded one. */
  readonly databaseUrl?: string;
  readonly role?: 'all' | 'api' | 'worker';
  /** Handlers file; absent for the demo handlers. */
  readonly handlers?: string;
  /** Where it listens; absent for a free port. To start again where another one was. */
  readonly port?: number;
  /** False where many are started: reading the source maps of all modules is a sixth of a start. */
  readonly sourceMaps?: boolean;
  /** Anything else in its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Holdfast service as a process of its own, started from what the build emitted. */
export class ServiceProcess {
  private constructor(
    readonly url: string,
    readonly child: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** Starts it and resolves once it is ready; rejects with its output when it ends or takes too long. */
  static async start(options: ServiceOptions = {}): Promise<ServiceProcess> {
    const service = await ServiceProcess.launch(options);
    await service.untilReady().catch(async (error: unknown) => {
      // Nobody else knows of it.
      await service.kill();
      throw error;
    });
    return service;
  }

  /** Starts it without waiting. */
  static async launch(options: ServiceOptions = {}): Promise<ServiceProcess> {
    const port = options.port ?? (await freePort());
    const url = `http://127.0.0.1:${port}`;
    const { DATABASE_URL: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [...(options.sourceMaps === false ? [] : ['--enable-source-maps']), MAIN], {
      env: {
        ...inherited,
        NODE_OPTIONS: '',
        PORT: String(port),
        PUBLIC_URL: url,
        HOLDFAST_ROLE: options.role ?? 'all',
        ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
        ...(options.handlers ? { HOLDFAST_HANDLERS: options.handlers } : {}),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => lines.push(text));
    }
    return new ServiceProcess(url, child, lines);
  }

  /** All it has printed. */
  get output(): string {
    return this.lines.join('');
  }

  async untilReady(): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    for (;;) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`the service ended before it was ready:\n${this.output}`);
      }
      const ready = await fetch(`${this.url}/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) return;
      if (performance.now() > giveUpAt) throw new Error(`the service did not get ready:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Sends a signal to this process alone. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves with the exit code, or the signal that ended it. */
  ended(): Promise<number | NodeJS.Signals | null> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null)
      return Promise.resolve(child.exitCode ?? child.signalCode);
    return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  }

  /** Ends it in order and gives its exit code. */
  async stop(): Promise<number | NodeJS.Signals | null> {
    this.signal('SIGTERM');
    return this.ended();
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended();
  }
}
