import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the money service does with the next request: works, answers 503, or drops the connection before or after. */
export type Mood = 'works' | 'busy' | 'drops-before' | 'drops-after';

/** A money service that charges once a key, pays out whenever it is asked to, and fails as it is told. */
export class MoneyService {
  readonly charges = new Map<string, { readonly id: string }>();
  readonly payouts: { readonly id: string; readonly reference: string }[] = [];
  /** How the next requests that move money go; `works` when there are no more. */
  readonly moods: Mood[] = [];
  private readonly server: Server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET') {
      const reference = url.searchParams.get('reference');
      say(
        200,
        this.payouts.filter((payout) => payout.reference === reference),
      );
      return;
    }
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const mood = this.moods.shift() ?? 'works';
    if (mood === 'drops-before') request.socket.destroy();
    else if (mood === 'busy') say(503, {});
    else {
      const done =
        url.pathname === '/charges'
          ? this.charge(String(request.headers['idempotency-key']))
          : this.payOut(JSON.parse(text) as { reference: string });
      if (mood === 'drops-after') request.socket.destroy();
      else say(200, done);
    }
  }

  private charge(key: string): { readonly id: string } {
    const charge = this.charges.get(key) ?? { id: `ch_${this.charges.size + 1}` };
    this.charges.set(key, charge);
    return charge;
  }

  private payOut({ reference }: { reference: string }): { readonly id: string } {
    const payout = { id: `po_${this.payouts.length + 1}`, reference };
    this.payouts.push(payout);
    return payout;
  }
}
