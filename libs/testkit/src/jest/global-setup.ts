import { migrate } from '@holdfast/store';
import { openTestRun } from '../postgres/open-test-run.js';
import { announce } from '../postgres/test-run.js';
import { keepOpenRun } from './open-run.js';

/**
 * Before all tests: finds a server (`DATABASE_URL`) or starts an embedded one, and migrates the template that every
 * test database is cloned from.
 */
export default async function globalSetup(): Promise<void> {
  const run = await openTestRun({ serverUrl: process.env['DATABASE_URL'] || undefined, prepare: migrate });
  keepOpenRun(run);
  announce(run);
}
