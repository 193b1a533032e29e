export * from './file-key-store.js';
