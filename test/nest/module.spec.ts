import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  HoldfastHealthIndicator,
  HoldfastModule,
  IdempotencyKeyInvalidError,
  IdempotencyKeyReusedError,
  OperationHandler,
  OperationNotFoundError,
  OperationNotResumableError,
  Operations,
  OperationTerminalError,
  OperationTypeUnknownError,
  ValidationFailedError,
} from '@holdfast/nestjs';
import { freshDatabase, until } from '@holdfast/testkit';
import { type INestApplicationContext, Injectable, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { bootInvoices, ChargeInvoice, freshKey, InvoicesModule, Tariff } from './invoices.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let app: INestApplicationContext;
let operations: Operations;

beforeAll(async () => {
  database = await freshDatabase();
  ({ app } = await bootInvoices(database.url, { imports: [TerminusModule.forRoot({ logger: false })] }));
  operations = app.get(Operations);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

describe('a handler class', () => {
  test('runs with what the application injects, and its result has its type', async () => {
    const { operation, replayed } = await operations.create(ChargeInvoice, { key: freshKey(), input: { cents: 950 } });
    expect(operation).toMatchObject({ type: 'invoice.charge', ended: false });
    expect([operation.id.slice(0, 4), replayed]).toEqual(['chg_', false]);
    const ended = await operations.wait<{ charged: number }>(operation.id);
    expect([ended.status, ended.ended, ended.result?.charged]).toEqual(['succeeded', true, 960]);
    expect(ended.links.self).toBe(`https://invoices.example/operations/${operation.id}`);
  });

  test('of forFeature is found like every other', async () => {
    @Injectable()
    class Clock {}
    @Module({ providers: [Clock], exports: [Clock] })
    class ClockModule {}
    @OperationHandler({ type: 'feature.tick' })
    class Tick {
      constructor(private readonly clock: Clock) {}
      run() {
        return { ticked: this.clock instanceof Clock };
      }
    }
    const feature = HoldfastModule.forFeature([Tick], { imports: [ClockModule] });
    const second = await bootInvoices(database.url, { imports: [feature] });
    const there = second.app.get(Operations);
    const { operation } = await there.create(Tick, { key: freshKey() });
    expect((await there.wait(operation.id)).result).toEqual({ ticked: true });
    await second.app.close();
  });

  test('whose type another class claims, too, stops the start with a line that names both', async () => {
    @OperationHandler({ type: 'invoice.charge' })
    class ChargeAgain {
      run() {}
    }
    const start = bootInvoices(database.url, { providers: [ChargeAgain] });
    await expect(start).rejects.toThrow(/«invoice\.charge»: already defined by \w+\.Charge\w+$/);
  });

  test('that is made for each request stops the start, instead of running without its dependencies', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Caller {}
    @OperationHandler({ type: 'caller.greet' })
    class Greet {
      constructor(readonly caller: Caller) {}
      run() {}
    }
    const start = bootInvoices(database.url, { providers: [Caller, Greet] });
    await expect(start).rejects.toThrow('Greet: a handler must be a singleton');
  });
});

describe('the operations of an application', () => {
  test('are replayed for the same request, and refused for another', async () => {
    const key = freshKey();
    const first = await operations.create(ChargeInvoice, { key, input: { cents: 1 } });
    const again = await operations.create('invoice.charge', { key, input: { cents: 1 } });
    expect([again.replayed, again.operation.id]).toEqual([true, first.operation.id]);
    const other = operations.create(ChargeInvoice, { key, input: { cents: 2 } });
    await expect(other).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
    await expect(other).rejects.toMatchObject({
      code: 'idempotency_key_reused',
      retryable: false,
      operationId: first.operation.id,
      response: { status: 422, mismatch: ['/input/cents'] },
    });
    expect((await operations.findByKey(key)).id).toBe(first.operation.id);
  });

  test('are one by one refused with the class for the reason', async () => {
    const key = freshKey();
    const refused = { input: { cents: 'many' } } as unknown as { input: { cents: number } };
    await expect(operations.create(ChargeInvoice, { key, ...refused })).rejects.toBeInstanceOf(ValidationFailedError);
    await expect(operations.create('invoice.chrage', { key })).rejects.toBeInstanceOf(OperationTypeUnknownError);
    await expect(operations.create(ChargeInvoice, { key: '' })).rejects.toBeInstanceOf(IdempotencyKeyInvalidError);
    await expect(operations.create(Tariff as never, { key })).rejects.toBeInstanceOf(TypeError);
    await expect(operations.get('chg_01jdg3v5s6f0g8y2m4n7q9r1t3')).rejects.toBeInstanceOf(OperationNotFoundError);
    await expect(operations.findByKey(key)).rejects.toBeInstanceOf(OperationNotFoundError);
  });

  test('take a signal, and can be canceled and resumed', async () => {
    const { operation } = await operations.create('invoice.approve', { key: freshKey() });
    await operations.signal(operation.id, 'approval', { by: 'ann' }, { key: 'one' });
    expect((await operations.wait(operation.id)).result).toEqual({ by: 'ann' });
    await expect(operations.signal(operation.id, 'approval', 1, { key: 'two' })).rejects.toBeInstanceOf(
      OperationTerminalError,
    );
    await expect(operations.resume(operation.id)).rejects.toBeInstanceOf(OperationNotResumableError);
    const later = await operations.create('invoice.approve', { key: freshKey(), delayMs: 60_000 });
    expect((await operations.cancel(later.operation.id)).status).toBe('canceled');
  });

  test('of another tenant do not exist', async () => {
    const key = freshKey();
    const { operation } = await operations.for('acme').create(ChargeInvoice, { key, input: { cents: 3 } });
    await expect(operations.get(operation.id)).rejects.toBeInstanceOf(OperationNotFoundError);
    expect((await operations.for('acme').get(operation.id)).id).toBe(operation.id);
  });
});

describe('an application with Holdfast in it', () => {
  test('takes its options from a factory that injects', async () => {
    @Module({ providers: [{ provide: 'URL', useValue: database.url }], exports: ['URL'] })
    class Settings {}
    @Module({
      imports: [
        HoldfastModule.forRootAsync({
          imports: [Settings],
          inject: ['URL'],
          useFactory: (databaseUrl: string) => ({ databaseUrl, worker: null }),
        }),
        InvoicesModule,
      ],
    })
    class App {}
    const context = await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
    const { operation } = await context.get(Operations).create(ChargeInvoice, { key: freshKey(), input: { cents: 5 } });
    expect((await operations.wait(operation.id)).status).toBe('succeeded');
    await context.close();
  });

  test('answers Terminus, and says down while it goes away', async () => {
    const indicator = app.get(HoldfastHealthIndicator);
    const health = await app.resolve(HealthCheckService);
    const report = await health.check([() => indicator.isHealthy('holdfast')]);
    expect(report).toMatchObject({ status: 'ok', info: { holdfast: { status: 'up', migrations: 'current' } } });
    const leaving = await bootInvoices(database.url);
    const asked = leaving.app.get(HoldfastHealthIndicator);
    await leaving.app.close();
    const failing = health.check([() => asked.isHealthy('holdfast')]);
    await expect(failing).rejects.toMatchObject({
      response: { error: { holdfast: { status: 'down', draining: true } } },
    });
  });

  test('lets what runs come to its end before its own connections are closed', async () => {
    @OperationHandler({ type: 'slow.write' })
    class SlowWrite {
      static go: (() => void) | null = null;
      async run() {
        await new Promise<void>((resolve) => (SlowWrite.go = resolve));
        await second.database.query('insert into invoices values ($1, 1)', [key]);
      }
    }
    const key = freshKey();
    const second = await bootInvoices(database.url, { providers: [SlowWrite] });
    const { operation } = await second.app.get(Operations).create(SlowWrite, { key });
    await until(() => SlowWrite.go !== null);
    const closed = second.app.close();
    SlowWrite.go?.();
    await closed;
    expect((await operations.get(operation.id)).status).toBe('succeeded');
  });

  test('without a database of its own works all the same', async () => {
    @Module({ imports: [HoldfastModule.forRoot({ databaseUrl: database.url, worker: null }), InvoicesModule] })
    class Bare {}
    const context = await NestFactory.createApplicationContext(Bare, { logger: false, abortOnError: false });
    expect(context.get(Operations)).toBeInstanceOf(Operations);
    await context.close();
  });
});
