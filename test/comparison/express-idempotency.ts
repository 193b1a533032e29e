import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type IdempotencyResource, IdempotencyService } from 'express-idempotency';
import { type Contender, Ledger, type Payment, roundTrip, twoProcesses } from './contender.js';

type Middleware = (request: ExpressRequest, response: ExpressResponse, next: (error?: unknown) => void) => unknown;

interface ExpressRequest {
  readonly body: Payment;
}

interface ExpressResponse {
  status(code: number): ExpressResponse;
  send(body: unknown): unknown;
}

/** As much of Express as is used here; its types are a package of their own. */
interface Express {
  (): {
    use(middleware: Middleware): void;
    post(path: string, ...handlers: Middleware[]): void;
    listen(port: number, host: string): Server;
  };
  json(): Middleware;
}

const express = createRequire(import.meta.url)('express') as Express;

/** Their storage in memory, a round trip away. */
class RemoteAdapter {
  private readonly resources = new Map<string, IdempotencyResource>();

  async findByIdempotencyKey(key: string) {
    await roundTrip();
    return this.resources.get(key) ?? (null as unknown as IdempotencyResource);
  }

  async create(resource: IdempotencyResource) {
    await roundTrip();
    this.resources.set(resource.idempotencyKey, resource);
  }

  async update(resource: IdempotencyResource) {
    await roundTrip();
    this.resources.set(resource.idempotencyKey, resource);
  }

  async delete(key: string) {
    await roundTrip();
    this.resources.delete(key);
  }
}

export async function expressIdempotency(): Promise<Contender> {
  const ledger = new Ledger();
  const service = new IdempotencyService({ dataAdapter: new RemoteAdapter() });
  const guard = service.provideMiddlewareFunction.bind(service) as unknown as Middleware;
  const pay = async (request: ExpressRequest, response: ExpressResponse): Promise<void> => {
    if (service.isHit(request)) return;
    try {
      response.status(201).send(await ledger.pay(request.body));
    } catch {
      await service.reportError(request);
      response.status(500).send({});
    }
  };
  const serve = async () => {
    const app = express();
    app.use(express.json());
    app.post('/payments', guard, (request, response) => void pay(request, response));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/payments`,
      stop: () => {
        server.closeAllConnections();
        return new Promise<void>((resolve) => server.close(() => resolve()));
      },
    };
  };
  return twoProcesses('express-idempotency', ledger, await serve(), await serve());
}
