import 'reflect-metadata';
import { run } from './run.js';

process.exit(await run());
