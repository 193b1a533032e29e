export { emptyDatabase, freshDatabase, testDatabase } from './databases.js';
