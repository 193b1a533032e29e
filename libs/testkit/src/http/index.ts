export * from './api-client.js';
export * from './local-signals.js';
export * from './move-row.js';
export * from './raw-request.js';
export * from './seed-history.js';
export * from './test-store.js';
export * from './test-tenants.js';
export * from './until.js';
