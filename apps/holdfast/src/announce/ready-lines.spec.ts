import { describe, expect, test } from '@jest/globals';
import { type Ready, readyLines } from './ready-lines.js';

const READY: Ready = {
  role: 'all',
  publicUrl: 'http://localhost:8080',
  database: 'embedded PostgreSQL in /data',
  concurrency: 50,
  types: ['demo.echo', 'demo.flaky'],
  needsToken: false,
  keySuffix: 'abc123',
};

const text = (change: Partial<Ready>) => readyLines({ ...READY, ...change }).join('\n');

describe('the ready lines', () => {
  test('offer one command with a key and a wait, and how to look at the operation again', () => {
    const shown = text({});
    expect(shown).toContain('http://localhost:8080/health/ready');
    expect(shown).toMatch(
      /curl -i http:\/\/localhost:8080\/operations -H .*Idempotency-Key: try-abc123.*Prefer: wait=10.*demo\.flaky/,
    );
    expect(shown).toContain('curl http://localhost:8080/operations/by-key/try-abc123');
    expect(shown).toContain('npx holdfast create demo.flaky failures:=1 --wait --url http://localhost:8080');
  });

  test('use the first type when the demo is not there, and offer no command without types', () => {
    expect(text({ types: ['invoice.charge'] })).toContain('"type":"invoice.charge"}');
    expect(text({ types: [] })).not.toMatch(/curl|npx/);
  });

  test('show where a token belongs, never a token', () => {
    expect(text({ needsToken: true })).toContain("-H 'Authorization: Bearer <token>'");
    expect(text({ needsToken: true })).toContain('--token <token>');
    expect(text({})).not.toMatch(/Authorization|token/);
  });

  test('of a worker offer its health and nothing it does not serve', () => {
    const shown = text({ role: 'worker' });
    expect(shown).toContain('/health/ready');
    expect(shown).not.toMatch(/curl|openapi|API/);
  });

  test('of an API process say that a worker must run', () => {
    expect(text({ role: 'api' })).toContain('a worker must run');
    expect(text({ role: 'api' })).not.toContain('Worker ');
  });
});
