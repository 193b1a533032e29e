import { ApiModule, type ApiSettings } from '@holdfast/api';
import { HoldfastHealthModule, HoldfastModule, type HoldfastOptions } from '@holdfast/nestjs';
import { type DynamicModule, Module } from '@nestjs/common';

/** The front door and its health routes, with a worker in the same process unless the options say otherwise. */
@Module({})
export class ServiceModule {
  static register(options: HoldfastOptions, api: ApiSettings): DynamicModule {
    return {
      module: ServiceModule,
      imports: [HoldfastModule.forRoot(options), HoldfastHealthModule, ApiModule.register(api)],
    };
  }
}
