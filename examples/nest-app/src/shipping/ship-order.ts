import { OperationHandler, type OperationOf } from '@holdfast/nestjs';
import { Carrier } from './carrier.js';

interface Shipment {
  readonly orderId: string;
}

/** Ships one order, through crashes, restarts and deploys: what is done is never done again. */
@OperationHandler({
  type: 'order.ship',
  idPrefix: 'shp',
  retry: { maxAttempts: 5, initialDelayMs: 200 },
  inputSchema: { type: 'object', required: ['orderId'], properties: { orderId: { type: 'string' } } },
})
export class ShipOrder {
  constructor(private readonly carrier: Carrier) {}

  async run(op: OperationOf<Shipment>): Promise<{ readonly label: string }> {
    const { orderId } = op.input;
    const label = await op.step('label', () => this.carrier.printLabel(orderId, op.idempotencyKey('label')));
    await op.sleep('pack', Number(process.env['PACK_MS'] ?? 1_000));
    await op.transaction('shipped', (sql) =>
      sql.query('update public.orders set label = $1 where id = $2', [label, orderId]),
    );
    return { label };
  }
}
