import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastModule, type HoldfastOptions, Idempotent, Operations, TransactionManager } from '@holdfast/nestjs';
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  Module,
  Param,
  Post,
  Put,
  Res,
  Sse,
  StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { of } from 'rxjs';
import { DataSource, type EntityManager } from 'typeorm';
import { ChargeInvoice, Invoice, InvoicesModule, ownDatabase } from './invoices.js';
import { HideSecret, Impatience } from './interceptors.js';
import { Ledger } from './ledger.js';

/* An ordinary application of payments, on either HTTP adapter, whose routes count how often they really ran. */

interface Caller {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Payment;
}

/** What Fastify's reply and Express's response have in common. */
interface Reply {
  header(name: string, value: string): unknown;
  /** Fastify's. */
  hijack?(): void;
  readonly raw?: { end(text: string): unknown };
  /** Express's. */
  end?(text: string): unknown;
}

/** Whether this process is one that a test kills. */
const MORTAL = process.argv.includes('mortal');

/** A guard would have said who it is. */
const byUser = (request: Caller) => request.headers['x-user'] ?? 'nobody';

export const ran = new Map<string, number>();
/** What `held` routes wait for. */
export const gate = { open: () => {}, opened: Promise.resolve() };

export function closeGate(): void {
  gate.opened = new Promise((resolve) => (gate.open = resolve));
}

function count(name: string): number {
  const next = (ran.get(name) ?? 0) + 1;
  ran.set(name, next);
  return next;
}

interface Payment {
  readonly id: string;
  readonly cents?: number;
  readonly fail?: 'throw' | 'client' | 'sql' | 'kill';
}

@Controller('payments')
class PaymentsController {
  constructor(
    private readonly operations: Operations,
    private readonly ledger: Ledger,
    private readonly database: DataSource,
  ) {}

  @Post('simple/:account')
  @Idempotent({ scope: byUser, headers: ['X-Receipt'] })
  simple(@Body() payment: Payment, @Param('account') account: string, @Res({ passthrough: true }) reply: Reply) {
    const n = count(payment.id);
    reply.header('x-receipt', `r-${n}`);
    reply.header('x-forgotten', 'yes');
    return { n, account };
  }

  @Post('crashing')
  @Idempotent({ scope: byUser })
  async crashing(@Body() payment: Payment) {
    return this.work(payment);
  }

  @Post('crashing-once')
  @Idempotent({ scope: byUser, onCrash: 'report' })
  async crashingOnce(@Body() payment: Payment) {
    return this.work(payment);
  }

  /** Takes effect at once, outside of any transaction of the route. */
  private async work(payment: Payment) {
    await this.database.query(
      'insert into invoices values ($1, 1) on conflict (id) do update set cents = invoices.cents + 1',
      [payment.id],
    );
    if (payment.fail === 'kill' && MORTAL) process.kill(process.pid, 'SIGKILL');
    return { worked: true };
  }

  @Put('other')
  @Idempotent({ scope: byUser })
  other(@Body() payment: Payment) {
    return { n: count(payment.id) };
  }

  @Post('held')
  @Idempotent({ scope: byUser })
  async held(@Body() payment: Payment) {
    const n = count(payment.id);
    await gate.opened;
    return { n };
  }

  @Post('waiting')
  @Idempotent({ scope: byUser, inFlight: 'wait' })
  async waiting(@Body() payment: Payment) {
    const n = count(payment.id);
    await pause(30);
    if (payment.fail === 'throw' && n === 1) throw new Error('the first one fails');
    return { n };
  }

  @Post('impatient')
  @Idempotent({ scope: byUser, inFlight: 'wait' })
  @UseInterceptors(Impatience)
  async impatient(@Body() payment: Payment) {
    const n = count(payment.id);
    await gate.opened;
    if (n === 1) throw new Error('the first one fails');
    return { n };
  }

  @Post('short')
  @Idempotent({ scope: byUser, windowMs: 1 })
  short(@Body() payment: Payment) {
    return { n: count(payment.id) };
  }

  @Post('flaky')
  @Idempotent({ scope: byUser })
  flaky(@Body() payment: Payment) {
    const n = count(payment.id);
    if (payment.fail === 'throw' && n === 1) throw new Error('the first one fails');
    if (payment.fail === 'client' && n === 1) throw new BadRequestException('no such card');
    return { n };
  }

  @Post('decided')
  @Idempotent({ scope: byUser, keepClientErrors: true })
  decided(@Body() payment: Payment) {
    throw new BadRequestException({ reason: 'no such card', n: count(payment.id) });
  }

  @Post('secret')
  @UseInterceptors(HideSecret)
  @Idempotent({ scope: byUser })
  secret(@Body() payment: Payment) {
    return { n: count(payment.id), secret: 'hush' };
  }

  @Post('none')
  @HttpCode(204)
  @Idempotent({ scope: byUser })
  none(@Body() payment: Payment) {
    count(payment.id);
  }

  @Post('large')
  @Idempotent({ scope: byUser, maxBytes: 100 })
  large(@Body() payment: Payment) {
    return { n: count(payment.id), text: 'x'.repeat(200) };
  }

  @Post('stream')
  @Idempotent({ scope: byUser })
  stream(@Body() payment: Payment) {
    return new StreamableFile(Buffer.from(`run ${count(payment.id)}`));
  }

  @Post('pieces')
  @Idempotent({ scope: byUser })
  pieces(@Body() payment: Payment) {
    const text = Array.from({ length: payment.cents ?? 1 }, (_, n) => `${n} `.padEnd(1_000, '.'));
    count(payment.id);
    return new StreamableFile(Readable.from(text, { objectMode: false }), { type: 'text/plain' });
  }

  @Sse('events/:id')
  @Idempotent({ scope: byUser })
  events(@Param('id') id: string) {
    return of({ data: { n: count(id) } });
  }

  @Post('by-hand')
  @Idempotent({ scope: byUser })
  byHand(@Body() payment: Payment, @Res() reply: Reply & { send(body: object): unknown }) {
    reply.send({ n: count(payment.id) });
  }

  @Post('hijacked')
  @Idempotent({ scope: byUser })
  hijacked(@Body() payment: Payment, @Res() reply: Reply) {
    count(payment.id);
    reply.hijack?.();
    (reply.raw ?? reply).end?.('done');
  }

  @Post('optional')
  @Idempotent({ scope: 'everyone', key: 'optional' })
  optional(@Body() payment: Payment) {
    return { n: count(payment.id) };
  }

  @Post('chosen')
  @Idempotent({ scope: byUser, fingerprint: (request: Caller) => request.body.id })
  chosen(@Body() payment: Payment) {
    return { n: count(payment.id) };
  }

  @Post('booked')
  @Idempotent({ scope: byUser, transaction: true, keepClientErrors: true })
  async booked(@Body() payment: Payment, @TransactionManager() manager: EntityManager) {
    const n = count(payment.id);
    await manager.insert(Invoice, { id: payment.id, cents: payment.cents ?? 1 });
    await this.ledger.write(payment);
    await gate.opened;
    if (payment.fail === 'kill' && MORTAL) process.kill(process.pid, 'SIGKILL');
    if (payment.fail === 'throw' && n === 1) throw new Error('the first one fails');
    if (payment.fail === 'client') throw new BadRequestException('no such card');
    if (payment.fail === 'sql') await manager.query('select 1/0').catch(() => undefined);
    const input = { cents: payment.cents ?? 1 };
    const { operation } = await this.operations.create(ChargeInvoice, { key: payment.id, input, manager });
    return { n, operation: operation.id };
  }

  /** What the comparison with other libraries calls. */
  @Post('compared')
  @Idempotent({ scope: byUser, transaction: true })
  async compared(@Body() payment: Payment, @TransactionManager() manager: EntityManager) {
    const n = count(payment.id);
    await manager.insert(Invoice, { id: `${payment.id}-${n}`, cents: 1 });
    if (payment.fail === 'kill' && MORTAL) process.kill(process.pid, 'SIGKILL');
    if (payment.fail === 'throw' && n === 1) throw new Error('the first one fails');
    await pause(50);
    return { n };
  }

  @Get('count/:id')
  counted(@Param('id') id: string) {
    return { n: ran.get(id) ?? 0 };
  }
}

export type Adapter = 'fastify' | 'express';

/** Middleware that compresses what Express sends, as most applications have it. */
const compression = createRequire(import.meta.url)('compression') as () => () => void;

/** Boots it and listens on a port of its own choice. */
export async function bootPayments(url: string, adapter: Adapter, options: Partial<HoldfastOptions> = {}) {
  @Module({
    imports: [
      ownDatabase(url),
      HoldfastModule.forRoot({ databaseUrl: url, publicUrl: 'https://pay.example', ...options }),
      InvoicesModule,
    ],
    controllers: [PaymentsController],
    providers: [Ledger],
  })
  class PaymentsApp {}

  const http = adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(PaymentsApp, http, { logger: false, abortOnError: false });
  if (adapter === 'express') app.use(compression());
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}
