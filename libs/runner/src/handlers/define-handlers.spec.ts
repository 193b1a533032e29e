import { describe, expect, test } from '@jest/globals';
import { DAY_MS, DEFAULT_REPLAY_WINDOW_MS, DEFAULT_RETRY_POLICY } from '@holdfast/kernel';
import { defineHandlers } from './define-handlers.js';
import { HandlersError } from './handlers-error.js';

const run = () => null;

function complaintAbout(definitions: unknown): string {
  try {
    defineHandlers(definitions as object, 'h.mjs');
  } catch (error) {
    if (error instanceof HandlersError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('a definition that is right', () => {
  test('gets the defaults for what it leaves out', () => {
    const type = defineHandlers({ 'a.b': { run, retry: undefined, description: null } }).types.get('a.b');
    expect(type).toMatchObject({
      name: 'a.b',
      idPrefix: 'opn',
      retry: DEFAULT_RETRY_POLICY,
      attemptTimeoutMs: null,
      replayWindowMs: DEFAULT_REPLAY_WINDOW_MS,
      description: null,
      inputSchema: null,
    });
    expect(type?.validateInput({ any: 'thing' })).toEqual([]);
  });

  test('keeps what it says, and mixes a partial retry with the defaults', () => {
    const definition = {
      run,
      idPrefix: 'chg',
      retry: { maxAttempts: 3, factor: 1.5 },
      attemptTimeoutMs: 30_000,
      replayWindowMs: 2 * DAY_MS,
      description: 'Charges.',
    };
    expect(defineHandlers({ 'a.b': definition }).types.get('a.b')).toMatchObject({
      idPrefix: 'chg',
      retry: { ...DEFAULT_RETRY_POLICY, maxAttempts: 3, factor: 1.5 },
      attemptTimeoutMs: 30_000,
      replayWindowMs: 2 * DAY_MS,
      description: 'Charges.',
    });
  });

  test('takes defaults from settings, and its own words before them', () => {
    const defaults = { replayWindowMs: 3 * DAY_MS, attemptTimeoutMs: 5, retry: { maxAttempts: 9 } };
    const { types } = defineHandlers({ a: { run }, b: { run, replayWindowMs: 4 * DAY_MS } }, 'h', defaults);
    expect(types.get('a')).toMatchObject({ replayWindowMs: 3 * DAY_MS, attemptTimeoutMs: 5 });
    expect(types.get('a')?.retry.maxAttempts).toBe(9);
    expect(types.get('b')).toMatchObject({ replayWindowMs: 4 * DAY_MS });
  });

  test('runs as a method of its definition', () => {
    const registry = defineHandlers({
      a: {
        description: 'me',
        run() {
          return (this as { description: string }).description;
        },
      },
    });
    expect(registry.run('a')?.({} as never)).toBe('me');
    expect(registry.run('b')).toBeUndefined();
  });

  test('warns of a window shorter than clients retry', () => {
    expect(defineHandlers({ a: { run } }).warnings).toEqual([]);
    expect(defineHandlers({ a: { run, replayWindowMs: DAY_MS } }).warnings).toEqual([]);
    const { warnings } = defineHandlers({ a: { run, replayWindowMs: DAY_MS - 1 } }, 'h.mjs');
    expect(warnings).toEqual([expect.stringContaining('h.mjs: type «a»: keys are honored for 86399999 ms only')]);
  });
});

describe('a definition that is wrong', () => {
  test.each<[string, unknown, string]>([
    ['no object', () => null, 'h.mjs: must export an object of operation types, not a function'],
    ['an array', [], 'h.mjs: must export an object of operation types, not an array'],
    ['no type at all', {}, 'h.mjs: defines no operation type'],
    ['a bad type name', { 'a b': { run } }, 'h.mjs: type «a b»: a type is named by dotted words'],
    ['a definition that is a function', { a: run }, 'h.mjs: type «a»: must be an object with a run function'],
    ['an unknown member', { a: { run, tries: 3 } }, 'h.mjs: type «a»: unknown member «tries»'],
    [
      'a misspelled member',
      { a: { run, attemptTimeout: 3 } },
      'h.mjs: type «a»: unknown member «attemptTimeout» (did you mean «attemptTimeoutMs»?)',
    ],
    [
      'a member on the wrong level',
      { a: { run, maxAttempts: 3 } },
      'h.mjs: type «a»: unknown member «maxAttempts» (did you mean «retry.maxAttempts»?)',
    ],
    [
      'a misspelled member of retry',
      { a: { run, retry: { maxAttempt: 3 } } },
      'h.mjs: type «a»: retry: unknown member «maxAttempt» (did you mean «maxAttempts»?)',
    ],
    ['no run', { a: {} }, 'h.mjs: type «a»: run must be a function, not nothing'],
    ['a run that is text', { a: { run: 'x' } }, "h.mjs: type «a»: run must be a function, not the text 'x'"],
    [
      'a time with a unit',
      { a: { run, attemptTimeoutMs: '30s' } },
      "attemptTimeoutMs must be a whole number of milliseconds from 1 to 2147483647, not the text '30s'",
    ],
    ['a bigint', { a: { run, attemptTimeoutMs: 30n } }, 'not the bigint 30n'],
    ['half a millisecond', { a: { run, attemptTimeoutMs: 0.5 } }, 'not 0.5'],
    ['no attempts', { a: { run, retry: { maxAttempts: 0 } } }, 'maxAttempts must be a whole number of attempts from 1'],
    ['no leases', { a: { run, retry: { maxLost: 0 } } }, 'maxLost must be a whole number of leases from 1'],
    ['a shrinking factor', { a: { run, retry: { factor: 0.5 } } }, 'factor must be a number from 1 to 100, not 0.5'],
    ['a factor that is no number', { a: { run, retry: { factor: Number.NaN } } }, 'not NaN'],
    ['a retry that is a number', { a: { run, retry: 3 } }, 'retry must be an object, not 3'],
    [
      'a first delay above the last',
      { a: { run, retry: { initialDelayMs: 5, maxDelayMs: 4 } } },
      'retry: maxDelayMs (4) must not be less than initialDelayMs (5)',
    ],
    ['an upper-case prefix', { a: { run, idPrefix: 'Chg' } }, 'idPrefix must be 1–63 lowercase letters'],
    ['a description that is a number', { a: { run, description: 3 } }, 'description must be text'],
    ['a schema that is text', { a: { run, inputSchema: 'object' } }, 'inputSchema must be an object'],
    [
      'a schema that is none',
      { a: { run, inputSchema: { type: 'strin' } } },
      'h.mjs: type «a»: inputSchema is not a usable JSON Schema:',
    ],
  ])('%s is named in one line', (_, definitions, complaint) => {
    const message = complaintAbout(definitions);
    expect(message).toContain(complaint);
    expect(message).not.toContain('\n');
  });
});
