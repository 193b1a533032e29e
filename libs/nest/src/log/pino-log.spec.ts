import { describe, expect, test } from '@jest/globals';
import { createLog, type LogOptions } from './pino-log.js';
import { NestLog } from './nest-log.js';

function setup(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', readable: false, stream: { write: (line) => lines.push(line) }, ...options });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

/** An error as a database driver throws it, with everything it hangs on it. */
function driverError(): Error {
  const cause = Object.assign(new Error('root'), { detail: 'Key (tenant, key)=(a, secret-key) already exists.' });
  return Object.assign(new Error('refused', { cause }), {
    code: '23505',
    parameters: ['secret-payload'],
    query: 'insert … secret-payload',
  });
}

describe('the log', () => {
  test('writes one JSON line an event with level word, time, sentence and fields', () => {
    const { log, lines, last } = setup();
    log.warn('A sentence.', { operationId: 'opn_1', count: 2 });
    expect(lines).toHaveLength(1);
    expect(last()).toMatchObject({
      level: 'warn',
      msg: 'A sentence.',
      operationId: 'opn_1',
      count: 2,
      pid: process.pid,
    });
    expect(String(last()['time'])).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('leaves out what is below its level', () => {
    const { log, lines } = setup({ level: 'warn' });
    log.debug('a');
    log.info('b');
    expect(lines).toHaveLength(0);
  });

  test('tells type, code, message and stack of an error, and nothing a driver hung on it', () => {
    const { log, lines, last } = setup();
    log.error('Failed.', { error: driverError() });
    expect(last()['error']).toMatchObject({
      type: 'Error',
      message: 'refused',
      code: '23505',
      cause: { message: 'root' },
    });
    expect(lines.join()).not.toContain('secret');
  });

  test.each([
    ['text', 'text'],
    [undefined, 'a thrown undefined'],
    [null, 'a thrown null'],
    [{ secret: 1 }, 'a thrown object'],
  ])('survives a thrown %p', (thrown, message) => {
    const { log, last } = setup();
    log.error('Failed.', { error: thrown });
    expect(last()['error'] ?? { message: 'a thrown undefined' }).toMatchObject({ message });
  });

  test('survives an error whose causes form a circle', () => {
    const { log, lines } = setup();
    const error = new Error('round');
    error.cause = error;
    log.error('Failed.', { error });
    expect(lines).toHaveLength(1);
  });

  test('has a readable form with the stack below the sentence', () => {
    const { log, lines } = setup({ readable: true });
    log.error('Failed.', { error: new Error('reason'), worker: 'w 1' });
    expect(lines[0]).toMatch(/\d\d:\d\d:\d\d.* .*error.* Failed\. worker="w 1"\n.*Error: reason/);
  });
});

describe("Nest's logger", () => {
  test('keeps its running commentary at debug and its errors with context and stack', () => {
    const { log, last } = setup();
    const nest = new NestLog(log);
    nest.log('Mapped a route', 'RouterExplorer');
    expect(last()).toMatchObject({ level: 'debug', msg: 'Mapped a route', context: 'RouterExplorer' });
    nest.error('Broken', 'Error: Broken\n    at somewhere', 'ExceptionsHandler');
    expect(last()).toMatchObject({
      level: 'error',
      msg: 'Broken',
      context: 'ExceptionsHandler',
      stack: expect.anything(),
    });
    nest.error(new Error('thrown'));
    expect(last()).toMatchObject({ level: 'error', msg: 'thrown', error: { message: 'thrown' } });
  });
});
