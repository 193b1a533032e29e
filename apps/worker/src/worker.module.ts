import { HoldfastHealth, HoldfastModule, type HoldfastOptions } from '@holdfast/nestjs';
import { type DynamicModule, Module } from '@nestjs/common';
import { ProbeServer } from './probe-server.js';

/** A process that runs handlers and sweeps, and takes no operations in. */
@Module({})
export class WorkerModule {
  static register(options: HoldfastOptions): DynamicModule {
    return {
      module: WorkerModule,
      imports: [HoldfastModule.forRoot(options)],
      providers: [
        {
          provide: ProbeServer,
          useFactory: (health: HoldfastHealth) =>
            new ProbeServer(health, options.publicUrl ?? '', options.telemetry?.page),
          inject: [HoldfastHealth],
        },
      ],
      exports: [ProbeServer],
    };
  }
}
