export { freshDatabase, testDatabase } from './databases.js';
