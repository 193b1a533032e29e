export { emptyDatabase, freshDatabase, testDatabase } from './databases.js';
export * from './vacuum.js';
