import { Refusal } from '@holdfast/kernel';
import {
  type HoldfastHealth,
  LIVE_ANSWER,
  metricsAnswer,
  type PlainAnswer,
  problemAnswer,
  readyAnswer,
} from '@holdfast/nestjs';
import type { MetricsPage } from '@holdfast/telemetry';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A probe sends a few headers and no body; whoever is slower than this is none. */
const TIMEOUT_MS = 5_000;

/** The HTTP side of a process that only works: health for its orchestrator, metrics, and a problem document for the rest. */
export class ProbeServer {
  private readonly server: Server;
  private readonly routes: ReadonlyMap<string, () => PlainAnswer | Promise<PlainAnswer>>;

  constructor(
    health: HoldfastHealth,
    private readonly publicUrl: string,
    page?: MetricsPage,
  ) {
    this.routes = new Map<string, () => PlainAnswer | Promise<PlainAnswer>>([
      ['/health/live', () => LIVE_ANSWER],
      ['/health/ready', async () => readyAnswer(await health.ready(), publicUrl)],
      ['/metrics', () => metricsAnswer(page, publicUrl)],
    ]);
    const options = { requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS, connectionsCheckingInterval: 1_000 };
    this.server = createServer(options, (request, response) => void this.answer(request, response));
  }

  /** Rejects with Node's error when the port cannot be had. */
  async listen(host: string, port: number): Promise<void> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
  }

  /** Resolves when the last answer is out. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  /** Ends every connection, answered or not. */
  cut(): void {
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.answerTo(request);
    const length = Buffer.byteLength(answer.body);
    // One probe a connection: a kept connection would only hold up the end of the process.
    response.writeHead(answer.status, { ...answer.headers, 'content-length': length, connection: 'close' });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  }

  private answerTo(request: IncomingMessage): PlainAnswer | Promise<PlainAnswer> {
    const route = this.routes.get((request.url ?? '').split('?')[0] ?? '');
    if (!route)
      return this.refused(new Refusal('route-not-found', 'A worker serves nothing but its health and its metrics.'));
    if (request.method === 'GET' || request.method === 'HEAD') return route();
    const refused = this.refused(new Refusal('method-not-allowed', 'Only GET and HEAD are allowed here.'));
    return { ...refused, headers: { ...refused.headers, allow: 'GET, HEAD' } };
  }

  private refused(refusal: Refusal): PlainAnswer {
    return problemAnswer(refusal, this.publicUrl);
  }
}
