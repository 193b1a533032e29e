export * from './api.module.js';
export * from './http/adapter.js';
export * from './http/prepare.js';
export * from './settings.js';
