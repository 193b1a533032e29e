import { expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { loggerLog } from './logger-log.js';

/** A logger that remembers what it is told. */
class Remembering extends Logger {
  readonly told: unknown[][] = [];

  override warn(...told: unknown[]): void {
    this.told.push(['warn', ...told]);
  }

  override error(...told: unknown[]): void {
    this.told.push(['error', ...told]);
  }
}

test('writes the sentence and its fields, and of an error nothing that could be a payload', () => {
  const logger = new Remembering();
  const log = loggerLog(logger);
  const error = Object.assign(new Error('duplicate key'), { code: '23505', parameters: ['4111 1111'] });
  log.warn('Not now.');
  log.error('It failed.', { operation: 'chg_1', error });
  expect(logger.told[0]).toEqual(['warn', 'Not now.']);
  const [level, line, stack] = logger.told[1] ?? [];
  expect([level, stack]).toEqual(['error', error.stack]);
  expect(line).toBe(
    'It failed. {"operation":"chg_1","error":{"type":"Error","message":"duplicate key","code":"23505"}}',
  );
});
