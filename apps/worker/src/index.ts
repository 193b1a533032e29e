export * from './probe-server.js';
export * from './worker.module.js';
