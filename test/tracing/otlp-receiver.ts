import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeSpans, type ReceivedSpan } from './otlp-spans.js';

/** Length prefix of a gRPC message: one byte «compressed», four of length. */
const GRPC_PREFIX = 5;

/** A collector in the test process: keeps what services send it, as bytes and as spans. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Everything that came, for looking for what must never come. */
  readonly bodies: Buffer[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly server: Server | Http2Server) {}

  /** OTLP over HTTP with protobuf. */
  static async http(): Promise<OtlpReceiver> {
    const server = createServer((request, response) => void receiver.answer(request, response));
    const receiver = new OtlpReceiver(server);
    await receiver.listen();
    return receiver;
  }

  /** OTLP over gRPC, as bare HTTP/2: a unary call is one prefixed message each way and trailers. */
  static async grpc(): Promise<OtlpReceiver> {
    const server = createHttp2Server();
    const receiver = new OtlpReceiver(server);
    server.on('stream', (stream) => void receiver.call(stream));
    await receiver.listen();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Variables that make a service send to it, soon after each span, and no metrics. */
  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: this.url, OTEL_BSP_SCHEDULE_DELAY: '50' };
    return { ...traces, OTEL_METRICS_EXPORTER: 'none', ...more };
  }

  /** Resolves once `look` finds something in what has come. */
  async until<Found>(look: (spans: readonly ReceivedSpan[]) => Found | undefined | null | false): Promise<Found> {
    for (;;) {
      const found = look(this.spans);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  /** The first span of this name, waited for. */
  named(name: string): Promise<ReceivedSpan> {
    return this.until((spans) => spans.find((span) => span.name === name));
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    if ('closeAllConnections' in this.server) this.server.closeAllConnections();
    await closed;
  }

  private async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request);
    this.take(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  }

  private async call(stream: ServerHttp2Stream): Promise<void> {
    const message = await bytesOf(stream);
    const payload = message.subarray(GRPC_PREFIX);
    this.take(message[0] === 1 ? gunzipSync(payload) : payload);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(GRPC_PREFIX));
  }

  private take(body: Buffer): void {
    this.bodies.push(body);
    this.spans.push(...decodeSpans(body));
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
