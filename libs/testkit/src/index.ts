export * from './factories/new-operation.js';
export * from './factories/operation-row.js';
export * from './faults/http-proxy.js';
export * from './faults/postgres-proxy.js';
export * from './http/index.js';
export * from './postgres/index.js';
export * from './processes/free-port.js';
export * from './processes/service-process.js';
