import { type Rewrite, freePort, ServiceProcess, StatementProxy } from '@holdfast/testkit';
import { appendFileSync } from 'node:fs';

export interface MemberOptions {
  readonly role: 'api' | 'worker';
  readonly databaseUrl: string;
  readonly handlers: string;
  readonly env: Readonly<Record<string, string>>;
  readonly rewrites?: readonly Rewrite[];
  /** File that takes what its processes have printed. */
  readonly output: string;
}

/** A place in the fleet: one process after the other runs in it, at the same port and behind the same proxy. */
export class Member {
  /** What runs and is ready; null while nothing is. */
  service: ServiceProcess | null = null;
  private starting: Promise<void> = Promise.resolve();
  private closed = false;
  /** Resolves when the output of all that has ended is in its file. */
  private written: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: MemberOptions,
    readonly proxy: StatementProxy,
    private readonly port: number,
  ) {}

  static async start(options: MemberOptions): Promise<Member> {
    const proxy = await StatementProxy.start(options.databaseUrl, options.rewrites);
    const member = new Member(options, proxy, await freePort());
    await member.begin();
    return member;
  }

  get role(): 'api' | 'worker' {
    return this.options.role;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.service?.child.pid ?? 0;
  }

  /** Asks the process to end, and gives its exit code, or null when another fault was first; another one begins in its place. */
  async drain(): Promise<number | NodeJS.Signals | null> {
    const { service } = this;
    if (service === null) return null;
    this.service = null;
    const exit = await service.stop();
    this.beginAgain();
    return exit;
  }

  /** From the signal on nobody may take the process for one that lives, or its end for that of a drain. */
  kill(): void {
    const { service } = this;
    if (service === null) return;
    this.service = null;
    service.signal('SIGKILL');
    this.starting = this.starting.then(() => service.ended()).then(() => this.begin());
  }

  /** Resolves when a process is ready here. */
  async ready(): Promise<void> {
    while (this.service === null && !this.closed) {
      await this.starting;
      // What died while it started is begun anew by the handler of its end.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Asks the process to end, for good; gives its exit code, or null when there was none to ask. */
  async end(): Promise<number | NodeJS.Signals | null> {
    this.closed = true;
    await this.starting;
    const { service } = this;
    this.service = null;
    return service === null ? null : service.stop();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.starting;
    await this.service?.kill();
    await this.written;
    await this.proxy.close();
  }

  private beginAgain(): void {
    this.starting = this.starting.then(() => this.begin());
  }

  /**
   * A start that a fault of the database spoils is repeated, as whoever supervises a real service would. One at a time:
   * two processes on one port would be taken for one.
   */
  private async begin(): Promise<void> {
    const { role, handlers, env } = this.options;
    while (!this.closed && this.service === null) {
      const told = { databaseUrl: this.proxy.url, role, handlers, port: this.port, env, sourceMaps: false };
      const service = await ServiceProcess.launch(told);
      // Listened for from the beginning: it may be over before what its forerunner printed is written down.
      const closed = new Promise((resolve) => service.child.once('close', resolve));
      this.written = Promise.all([closed, this.written]).then(() => this.keepOutput(service));
      const ready = await service.untilReady().then(
        () => true,
        () => false,
      );
      if (!ready) {
        await service.kill();
        continue;
      }
      this.service = service;
      void service.ended().then(() => this.onEnd(service));
    }
  }

  private keepOutput(service: ServiceProcess): void {
    const { child } = service;
    const exit = child.exitCode ?? child.signalCode;
    appendFileSync(this.options.output, `${service.output}--- process ${child.pid} ended: ${exit}\n`);
  }

  private onEnd(service: ServiceProcess): void {
    if (this.service !== service) return;
    this.service = null;
    this.beginAgain();
  }
}
