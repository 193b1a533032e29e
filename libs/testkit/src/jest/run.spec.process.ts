/**
 * A test run without tests, as a process that can be interrupted and killed: sets up, says where it stands, and tears
 * down when its input ends.
 */
import { currentRun } from '../postgres/test-run.js';
import globalSetup from './global-setup.js';
import globalTeardown from './global-teardown.js';

await globalSetup();
process.stdout.write(`${JSON.stringify(currentRun())}\n`);
process.stdin.resume().once('end', () => void globalTeardown());
