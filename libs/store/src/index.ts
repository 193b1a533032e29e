export * from './entities/index.js';
export { PostgresStepStore } from './postgres-step-store.js';
export { PostgresStore } from './postgres-store.js';
export * from './schema/check-server.js';
export * from './schema/data-source.js';
export * from './schema/migrate.js';
export * from './schema/migration-level.js';
export { PostgresSignals, type PostgresSignalsParts } from './signals/postgres-signals.js';
export { type Statement, statement, statementNames } from './statements/statement.js';
