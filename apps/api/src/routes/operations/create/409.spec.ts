import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newUuid, shardOf } from '@holdfast/kernel';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('POST /operations, 409', () => {
  test('first insert of the same key still uncommitted after the lock time-out: try again in a second', async () => {
    const client = api.client();
    const { tenant } = client.caller;
    const shard = shardOf(tenant, 'stuck');
    const holder = await api.pool.connect();
    try {
      await holder.query('begin');
      await holder.query(
        `insert into holdfast.idempotency_keys (shard, tenant, key, operation_id, id_prefix, fingerprint, fingerprint_version)
         values ($1, $2, 'stuck', $3, 'opn', '\\x00', 1)`,
        [shard, tenant, newUuid(Date.now(), shard)],
      );
      const refused = await client.create({ type: 'test.echo' }, 'stuck');
      expectProblem(refused, 'idempotency-key-in-flight');
      expect(refused.headers.get('retry-after')).toBe('1');
      await holder.query('rollback');
    } finally {
      holder.release();
    }
    const answer = await client.create({ type: 'test.echo' }, 'stuck');
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([202, 'false']);
  });
});
