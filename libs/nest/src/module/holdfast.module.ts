import { type DynamicModule, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { OperationRunner } from '../handlers/operation-handler.decorator.js';
import { backgroundProviders } from './background.providers.js';
import { databaseModule } from './database.js';
import { frontProviders } from './front.providers.js';
import type { HoldfastAsyncOptions, HoldfastOptions } from './holdfast-options.js';
import { SettingsModule } from './settings.module.js';
import { storageProviders } from './storage.providers.js';

/**
 * The one place where everything is wired: store, signals, engine, worker, health and shutdown over one PostgreSQL.
 * Global, so that any provider of the application injects `Operations`, and any class decorated with
 * `@OperationHandler` is found.
 */
@Module({})
export class HoldfastModule {
  /** Rejects the application's start when the database cannot be reached or its schema does not fit. */
  static forRoot(options: HoldfastOptions): DynamicModule {
    return this.forRootAsync({ useFactory: () => options });
  }

  /** The same with options that other modules decide. */
  static forRootAsync(options: HoldfastAsyncOptions): DynamicModule {
    const settings = SettingsModule.register(options);
    const providers = [...storageProviders, ...frontProviders, ...backgroundProviders];
    return {
      module: HoldfastModule,
      global: true,
      imports: [settings, databaseModule(settings), DiscoveryModule],
      providers,
      exports: [SettingsModule, ...providers.map((one) => (typeof one === 'function' ? one : one.provide))],
    };
  }

  /** Handler classes as a module of their own, with the modules whose providers they inject. */
  static forFeature(
    handlers: readonly Type<OperationRunner>[],
    { imports = [] }: Pick<ModuleMetadata, 'imports'> = {},
  ): DynamicModule {
    return { module: HoldfastFeatureModule, imports, providers: [...handlers], exports: [...handlers] };
  }
}

/** Holds the handlers of one `forFeature`. */
@Module({})
export class HoldfastFeatureModule {}
