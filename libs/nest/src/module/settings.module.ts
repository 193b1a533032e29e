import { systemClock } from '@holdfast/kernel';
import { type DynamicModule, Module } from '@nestjs/common';
import { DrainFlag } from '../lifecycle/drain-flag.js';
import { loggerLog } from '../log/logger-log.js';
import type { HoldfastAsyncOptions, HoldfastOptions } from './holdfast-options.js';
import { HOLDFAST_CLOCK, HOLDFAST_LOG, HOLDFAST_OPTIONS } from './tokens.js';

/** What the options say, by its own tokens. A module of its own, because the database module needs it as an import. */
@Module({})
export class SettingsModule {
  static register({ imports = [], useFactory, inject = [] }: HoldfastAsyncOptions): DynamicModule {
    const from = <Value>(provide: symbol | typeof DrainFlag, pick: (options: HoldfastOptions) => Value) => ({
      provide,
      useFactory: pick,
      inject: [HOLDFAST_OPTIONS],
    });
    return {
      module: SettingsModule,
      imports,
      providers: [
        { provide: HOLDFAST_OPTIONS, useFactory, inject },
        from(HOLDFAST_LOG, (options) => options.log ?? loggerLog()),
        from(HOLDFAST_CLOCK, (options) => options.clock ?? systemClock),
        from(DrainFlag, (options) => options.drain ?? new DrainFlag()),
      ],
      exports: [HOLDFAST_OPTIONS, HOLDFAST_LOG, HOLDFAST_CLOCK, DrainFlag],
    };
  }
}
