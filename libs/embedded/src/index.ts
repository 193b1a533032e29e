export * from './discard-embedded-postgres.js';
export * from './embedded-postgres-error.js';
export * from './find-embedded-postgres.js';
export * from './process-identity.js';
export * from './start-embedded-postgres.js';
