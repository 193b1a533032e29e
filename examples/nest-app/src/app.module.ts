import { HoldfastHealthModule, HoldfastModule } from '@holdfast/nestjs';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Orders1764300000000 } from './orders/1764300000000-orders.js';
import { Order } from './orders/order.entity.js';
import { OrdersController } from './orders/orders.controller.js';
import { Carrier } from './shipping/carrier.js';
import { ShipOrder } from './shipping/ship-order.js';

/** The shop. Its tables and Holdfast's are in one database, each with a pool of its own. */
@Module({})
export class AppModule {
  static register(databaseUrl: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: databaseUrl,
          // A role that is called like the schema of Holdfast would otherwise put the shop's tables there.
          schema: 'public',
          entities: [Order],
          migrations: [Orders1764300000000],
          migrationsRun: true,
          poolSize: 5,
        }),
        TypeOrmModule.forFeature([Order]),
        HoldfastModule.forRoot({ databaseUrl, worker: { leaseMs: 2_000, sweepIntervalMs: 500 } }),
        HoldfastHealthModule,
      ],
      controllers: [OrdersController],
      providers: [Carrier, ShipOrder],
    };
  }
}
