import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { handlersOf } from '@holdfast/nestjs';
import { startHoldfast, type TestHoldfast } from '@holdfast/testing';
import { DataSource } from 'typeorm';
import { Orders1764300000000 } from '../orders/1764300000000-orders.js';
import { Order } from '../orders/order.entity.js';
import { Carrier } from './carrier.js';
import { ShipOrder } from './ship-order.js';

/** A carrier that counts instead of printing. */
class CountingCarrier extends Carrier {
  printed = 0;

  override async printLabel(orderId: string): Promise<string> {
    this.printed += 1;
    return `LBL-${orderId}`;
  }
}

const carrier = new CountingCarrier();
let holdfast: TestHoldfast;
let shop: DataSource;

before(async () => {
  holdfast = await startHoldfast({ handlers: handlersOf(new ShipOrder(carrier)) });
  shop = await new DataSource({
    type: 'postgres',
    url: holdfast.databaseUrl,
    schema: 'public',
    entities: [Order],
    migrations: [Orders1764300000000],
    migrationsRun: true,
  }).initialize();
});

after(async () => {
  await shop.destroy();
  await holdfast.stop();
});

void test('prints one label, although the worker dies right after it', async () => {
  await shop.manager.insert(Order, { id: '17', customer: 'ann', item: 'beans', shipment: '', label: null });
  holdfast.crashAfterStep('label');
  const { operation } = await holdfast.operations.create(ShipOrder, { key: 'order/17', input: { orderId: '17' } });
  const ended = await holdfast.runToEnd(operation.id);
  assert.deepEqual(ended.result, { label: 'LBL-17' });
  assert.equal((await shop.manager.findOneByOrFail(Order, { id: '17' })).label, 'LBL-17');
  assert.deepEqual([holdfast.crashes, carrier.printed], [1, 1]);
});
