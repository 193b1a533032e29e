import { randomUUID } from 'node:crypto';
import { HoldfastModule, type HoldfastOptions, OperationHandler, type OperationOf } from '@holdfast/nestjs';
import { Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';

/* An application of somebody else: its own table, its own pool, a service, and a handler that injects it. */

@Entity({ name: 'invoices', schema: 'public' })
export class Invoice {
  @PrimaryColumn('text')
  id!: string;

  @Column('integer')
  cents!: number;
}

@Injectable()
export class Tariff {
  feeOf(cents: number): number {
    return Math.ceil(cents / 100);
  }
}

@OperationHandler({
  type: 'invoice.charge',
  idPrefix: 'chg',
  retry: { maxAttempts: 2, initialDelayMs: 1, maxDelayMs: 1 },
  inputSchema: { type: 'object', required: ['cents'], properties: { cents: { type: 'integer' } } },
})
export class ChargeInvoice {
  constructor(private readonly tariff: Tariff) {}

  async run(op: OperationOf<{ readonly cents: number }>): Promise<{ readonly charged: number }> {
    const fee = await op.step('fee', () => this.tariff.feeOf(op.input.cents));
    return { charged: op.input.cents + fee };
  }
}

@OperationHandler({ type: 'invoice.approve' })
export class ApproveInvoice {
  async run(op: OperationOf<null>): Promise<unknown> {
    return op.waitForSignal('approval');
  }
}

@Module({ providers: [Tariff, ChargeInvoice, ApproveInvoice] })
export class InvoicesModule {}

/** The application's own connections, few on purpose, and not as ours are set up. */
export function ownDatabase(url: string) {
  return TypeOrmModule.forRoot({
    type: 'postgres',
    url,
    entities: [Invoice],
    poolSize: 4,
    applicationName: 'invoices',
    retryAttempts: 0,
  });
}

/** Boots the application as a program of its own would. */
export async function bootInvoices(url: string, more: ModuleMetadata = {}, options: Partial<HoldfastOptions> = {}) {
  @Module({
    ...more,
    imports: [
      ownDatabase(url),
      HoldfastModule.forRoot({ databaseUrl: url, publicUrl: 'https://invoices.example', ...options }),
      InvoicesModule,
      ...(more.imports ?? []),
    ],
  })
  class InvoicesApp {}

  const app = await NestFactory.createApplicationContext(InvoicesApp, { logger: false, abortOnError: false });
  const database = app.get<DataSource>(getDataSourceToken());
  await database.query('create table if not exists public.invoices (id text primary key, cents integer not null)');
  return { app, database };
}

export const freshKey = () => `key-${randomUUID()}`;
