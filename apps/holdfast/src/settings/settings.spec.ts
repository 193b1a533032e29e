import { describe, expect, test } from '@jest/globals';
import { resolve } from 'node:path';
import { SettingsError } from './mistake.js';
import { readSettings } from './settings.js';
import { VARIABLES } from './variables.js';

/** The lines a set of variables is refused with; empty when it is accepted. */
function mistakesOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.lines;
    throw error;
  }
}

describe('settings', () => {
  test('an empty environment gives the published defaults', () => {
    expect(readSettings({})).toEqual({
      databaseUrl: null,
      pooler: 'none',
      directUrl: null,
      dataDir: resolve('.holdfast'),
      port: 8080,
      publicUrl: null,
      traceUrl: null,
      handlers: null,
      role: 'all',
      concurrency: 50,
      leaseMs: 10_000,
      sweepIntervalMs: 2_000,
      replayWindowMs: 30 * 86_400_000,
      tombstoneMs: 365 * 86_400_000,
      archiveMs: 0,
      tokens: null,
      poolMax: 10,
      drainMs: 25_000,
      logLevel: 'info',
      production: false,
      warnings: [],
    });
  });

  test('every variable reaches its setting', () => {
    const settings = readSettings({
      DATABASE_URL: 'postgresql://user:p%40ss@db:5433/work?sslmode=require',
      DATABASE_DIRECT_URL: 'postgresql://user:p%40ss@db:5432/work',
      HOLDFAST_POOLER: 'transaction',
      PORT: '9000',
      PUBLIC_URL: 'https://api.example.com/holdfast/',
      HOLDFAST_DATA_DIR: '/var/lib/holdfast',
      HOLDFAST_HANDLERS: './mine.mjs',
      HOLDFAST_ROLE: 'worker',
      HOLDFAST_CONCURRENCY: '7',
      HOLDFAST_LEASE_MS: '3000',
      HOLDFAST_SWEEP_INTERVAL_MS: '500',
      HOLDFAST_REPLAY_WINDOW_MS: '90000000',
      HOLDFAST_TOMBSTONE_MS: '90000001',
      HOLDFAST_ARCHIVE_MS: '90000002',
      HOLDFAST_TOKENS: 'abcdefghijklmnop:team-a, qrstuvwxyz012345==:team.b',
      HOLDFAST_POOL_MAX: '4',
      HOLDFAST_DRAIN_MS: '1234',
      HOLDFAST_LOG_LEVEL: 'debug',
      NODE_ENV: 'production',
    });
    expect(settings).toEqual({
      databaseUrl: 'postgresql://user:p%40ss@db:5433/work?sslmode=require',
      pooler: 'transaction',
      directUrl: 'postgresql://user:p%40ss@db:5432/work',
      port: 9000,
      publicUrl: 'https://api.example.com/holdfast',
      traceUrl: null,
      dataDir: '/var/lib/holdfast',
      handlers: resolve('mine.mjs'),
      role: 'worker',
      concurrency: 7,
      leaseMs: 3_000,
      sweepIntervalMs: 500,
      replayWindowMs: 90_000_000,
      tombstoneMs: 90_000_001,
      archiveMs: 90_000_002,
      tokens: new Map([
        ['abcdefghijklmnop', 'team-a'],
        ['qrstuvwxyz012345==', 'team.b'],
      ]),
      poolMax: 4,
      drainMs: 1_234,
      logLevel: 'debug',
      production: true,
      warnings: [],
    });
  });

  test('an empty or blank variable counts as not set', () => {
    const blank = Object.fromEntries(Object.keys(VARIABLES).map((name, index) => [name, index % 2 ? '' : '  ']));
    expect(readSettings(blank)).toEqual(readSettings({}));
  });

  test('all mistakes are reported at once, one line each, naming the variable', () => {
    const wrong = {
      DATABASE_URL: 'mysql://db/x',
      PORT: 'http',
      PUBLIC_URL: '/relative',
      HOLDFAST_ROLE: 'wroker',
      HOLDFAST_CONCURRENCY: '0',
      HOLDFAST_TOKENS: 'no-colon',
    };
    const lines = mistakesOf(wrong);
    expect(lines.map((line) => line.split(':')[0])).toEqual(Object.keys(wrong));
    for (const line of lines) expect(line).toMatch(/^[A-Z_]+: found .+; accepted: .+\.$/);
  });
});

describe('a wrong value', () => {
  const numbers = ['PORT', 'HOLDFAST_CONCURRENCY', 'HOLDFAST_LEASE_MS', 'HOLDFAST_SWEEP_INTERVAL_MS'] as const;
  const others = [
    'HOLDFAST_REPLAY_WINDOW_MS',
    'HOLDFAST_TOMBSTONE_MS',
    'HOLDFAST_POOL_MAX',
    'HOLDFAST_DRAIN_MS',
  ] as const;

  test.each([...numbers, ...others])('%s takes whole numbers within its range only', (name) => {
    for (const text of ['-1', '1.5', '1e3', '10s', '0x10', '１２', 'NaN', '9'.repeat(15), '9'.repeat(16)]) {
      expect(mistakesOf({ [name]: text })).toEqual([expect.stringContaining(`${name}: found «`)]);
    }
  });

  test('PORT 0 is accepted and means any free port', () => {
    expect(readSettings({ PORT: '0' }).port).toBe(0);
  });

  test.each([
    ['HOLDFAST_ROLE', 'API', 'did you mean api?'],
    ['HOLDFAST_ROLE', 'workers', 'did you mean worker?'],
    ['HOLDFAST_LOG_LEVEL', 'warning', 'did you mean warn?'],
    ['HOLDFAST_ROLE', 'console', 'all, api, worker'],
  ])('%s=%s says «%s»', (name, text, hint) => {
    expect(mistakesOf({ [name]: text })).toEqual([expect.stringContaining(hint)]);
  });

  test.each([
    ['ftp://example.com', 'a ftp: URL'],
    ['example.com', 'not an absolute URL'],
    ['https://example.com?x=1', 'query or fragment'],
    ['https://example.com/?', 'query or fragment'],
    ['https://example.com/#top', 'query or fragment'],
    ['https://user@example.com', 'user or password'],
  ])('PUBLIC_URL=%s is refused: %s', (text, found) => {
    expect(mistakesOf({ PUBLIC_URL: text })).toEqual([expect.stringContaining(found)]);
  });

  test.each([
    ['http://localhost:16686/trace', 'a URL without a placeholder'],
    ['localhost/{traceId}', 'not an absolute URL'],
    ['javascript:alert({traceId})', 'a javascript: URL'],
    ['https://user@traces.example/{traceId}', 'user or password'],
    ['https://traces.example/{traceid}', 'the placeholder «{traceid}»'],
    ['https://traces.example/{traceId}/{spanId}', 'the placeholder «{spanId}»'],
  ])('TRACE_URL_TEMPLATE=%s is refused: %s', (text, found) => {
    expect(mistakesOf({ TRACE_URL_TEMPLATE: text })).toEqual([expect.stringContaining(found)]);
  });

  test('HOLDFAST_HANDLERS and HOLDFAST_DATA_DIR refuse a NUL character', () => {
    expect(mistakesOf({ HOLDFAST_DATA_DIR: 'a\0b', HOLDFAST_HANDLERS: 'a\0b' })).toHaveLength(2);
  });

  test('no line ever shows a password, a token or a control character', () => {
    const secret = 'S3cr3tS3cr3tS3cr3t';
    const environments: Record<string, string>[] = [
      { DATABASE_URL: `postgres//user:${secret}@db/x` },
      { DATABASE_URL: `mysql://user:${secret}@db/x` },
      { DATABASE_URL: `postgres://user:${secret}%@db/x` },
      { PUBLIC_URL: `http://user:${secret}@host` },
      { PUBLIC_URL: `user:${secret}@host:port` },
      { TRACE_URL_TEMPLATE: `https://user:${secret}@traces.example/{traceId}` },
      { HOLDFAST_TOKENS: secret },
      { HOLDFAST_TOKENS: `team:${secret} x` },
      { HOLDFAST_TOKENS: `${secret} ${secret}:team` },
      { HOLDFAST_TOKENS: `${secret}:one,${secret}:two` },
    ];
    for (const environment of environments) {
      const lines = mistakesOf(environment);
      expect(lines).toHaveLength(1);
      expect(lines.join()).not.toContain(secret);
    }
    expect(mistakesOf({ HOLDFAST_ROLE: '\u001b[2J\n' + 'x'.repeat(500) })[0]).toMatch(/^[\x20-\x7e«»…]+$/);
  });
});

test('TRACE_URL_TEMPLATE puts both ids where they belong, as often as they are named', () => {
  const template = 'https://traces.example/search?id={operationId}&trace={traceId}#{traceId}';
  const { traceUrl } = readSettings({ TRACE_URL_TEMPLATE: template });
  expect(traceUrl?.({ traceId: 'abc', operationId: 'opn_1' })).toBe(
    'https://traces.example/search?id=opn_1&trace=abc#abc',
  );
});

describe('HOLDFAST_TOKENS', () => {
  test.each([
    ['abcdefghijklmnop:', 'entry 1 with a malformed tenant'],
    [':tenant', 'entry 1 with a token that no client could send'],
    ['abc def:tenant', 'entry 1 with a token that no client could send'],
    ['abcdefghijklmnop:a,', 'entry 2 empty'],
    ['abcdefghijklmnop:a,tenant', 'entry 2 without a colon'],
    [`abcdefghijklmnop:${'t'.repeat(65)}`, 'entry 1 with a malformed tenant'],
    ['abcdefghijklmnop:a b', 'entry 1 with a malformed tenant'],
    ['abcdefghijklmnop:a,abcdefghijklmnop:b', 'entry 2 with the token of tenant «a» for another tenant'],
  ])('%j is refused: %s', (text, found) => {
    expect(mistakesOf({ HOLDFAST_TOKENS: text })).toEqual([expect.stringContaining(found)]);
  });

  test('several tokens may belong to one tenant, so that tokens can be rotated', () => {
    const { tokens } = readSettings({ HOLDFAST_TOKENS: 'abcdefghijklmnop:a,bcdefghijklmnopq:a' });
    expect([...(tokens ?? new Map<string, string>()).values()]).toEqual(['a', 'a']);
  });

  test('a short token is accepted with a warning that names the tenant and not the token', () => {
    const { warnings } = readSettings({ HOLDFAST_TOKENS: 'sesame:cave' });
    expect(warnings).toEqual([expect.stringContaining('cave')]);
    expect(warnings.join()).not.toContain('sesame');
  });
});

describe('warnings', () => {
  test('an unknown HOLDFAST_ variable is named, with the one that was probably meant, and never its value', () => {
    const { warnings } = readSettings({
      HOLDFAST_CONCURENCY: 'value-1',
      HOLDFAST_PORT: 'value-2',
      HOLDFAST_ZZZ: '3',
      HOLDFASTER: 'x',
    });
    expect(warnings).toEqual([
      'HOLDFAST_CONCURENCY is not a setting and changes nothing. Did you mean HOLDFAST_CONCURRENCY?',
      'HOLDFAST_PORT is not a setting and changes nothing. Did you mean PORT?',
      'HOLDFAST_ZZZ is not a setting and changes nothing.',
    ]);
  });

  test('a production front door without tokens is worth a warning', () => {
    expect(readSettings({ NODE_ENV: 'production' }).warnings).toEqual([expect.stringContaining('HOLDFAST_TOKENS')]);
    expect(
      readSettings({ NODE_ENV: 'production', HOLDFAST_ROLE: 'worker', DATABASE_URL: 'postgres://h/d' }).warnings,
    ).toEqual([]);
  });

  test('a role that needs a shared database but has its own is worth a warning', () => {
    expect(readSettings({ HOLDFAST_ROLE: 'api' }).warnings).toEqual([expect.stringContaining('DATABASE_URL')]);
  });

  test('an archive that is over before the replay window is, is worth a warning', () => {
    const windows = { HOLDFAST_REPLAY_WINDOW_MS: '86400000', HOLDFAST_ARCHIVE_MS: '86400000' };
    expect(readSettings(windows).warnings).toEqual([expect.stringContaining('HOLDFAST_ARCHIVE_MS')]);
    expect(readSettings({ ...windows, HOLDFAST_ARCHIVE_MS: '86400001' }).warnings).toEqual([]);
    expect(readSettings({ ...windows, HOLDFAST_ARCHIVE_MS: '0' }).warnings).toEqual([]);
  });

  test('a pooler without a database is worth a warning', () => {
    expect(readSettings({ HOLDFAST_POOLER: 'transaction' }).warnings).toEqual([
      expect.stringContaining('DATABASE_URL'),
    ]);
  });

  test('a replay window under a day is worth a warning', () => {
    expect(readSettings({ HOLDFAST_REPLAY_WINDOW_MS: '86399999' }).warnings).toHaveLength(1);
    expect(readSettings({ HOLDFAST_REPLAY_WINDOW_MS: '86400000' }).warnings).toHaveLength(0);
  });
});
