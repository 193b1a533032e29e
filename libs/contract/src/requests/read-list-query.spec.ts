import { describe, expect, test } from '@jest/globals';
import { isRefusal, newUuid } from '@holdfast/kernel';
import { encodePageToken } from './page-token.js';
import { type QueryParameters, readListQuery } from './read-list-query.js';

function refusalOf(parameters: QueryParameters): { slug: string; detail: string } | null {
  try {
    readListQuery('acme', parameters);
  } catch (error) {
    if (isRefusal(error)) return { slug: error.slug, detail: error.message };
    throw error;
  }
  return null;
}

describe('the query of a list', () => {
  test('without parameters asks for the newest operations of the tenant', () => {
    expect(readListQuery('acme', {}).query).toEqual({
      tenant: 'acme',
      statuses: [],
      type: null,
      idempotencyKey: null,
      labels: {},
      createdAfter: null,
      createdBefore: null,
      before: null,
      limit: 50,
    });
  });

  test('with every filter asks for all of them at once', () => {
    const { query } = readListQuery('acme', {
      status: ['running', 'pending', 'running'],
      type: 'invoice.charge',
      idempotencyKey: 'k 1',
      'label.env': 'prod',
      'label.team': '',
      createdAfter: '2030-01-01T00:00:00Z',
      createdBefore: '2030-01-02T00:00:00+01:00',
      pageSize: '7',
    });
    expect(query).toMatchObject({
      statuses: ['pending', 'running'],
      type: 'invoice.charge',
      idempotencyKey: 'k 1',
      labels: { env: 'prod', team: '' },
      createdAfter: new Date('2030-01-01T00:00:00Z'),
      createdBefore: new Date('2030-01-01T23:00:00Z'),
      limit: 7,
    });
  });

  test.each([
    ['0', 50],
    ['1', 1],
    ['200', 200],
    ['201', 200],
    ['99999999999999999999', 200],
  ])('a page size of %s means %i', (pageSize, limit) => {
    expect(readListQuery('acme', { pageSize }).query.limit).toBe(limit);
  });

  test.each<[string, QueryParameters, string]>([
    ['a negative page size', { pageSize: '-1' }, 'pageSize'],
    ['a page size that is no number', { pageSize: 'NaN' }, 'pageSize'],
    ['a page size in scientific notation', { pageSize: '1e9' }, 'pageSize'],
    ['an unknown status', { status: 'done' }, 'status'],
    ['a status spelled in capitals', { status: ['pending', 'FAILED'] }, 'status'],
    ['two types', { type: ['a', 'b'] }, 'type'],
    ['a malformed type', { type: "a'; drop table operations" }, 'type'],
    ['a key of control characters', { idempotencyKey: 'a\nb' }, 'idempotencyKey'],
    ['a key of 256 characters', { idempotencyKey: 'a'.repeat(256) }, 'idempotencyKey'],
    ['two instants', { createdAfter: ['2030-01-01T00:00:00Z', '2030-01-02T00:00:00Z'] }, 'createdAfter'],
    ['an instant without offset', { createdBefore: '2030-01-01T00:00:00' }, 'createdBefore'],
    ['the same label twice', { 'label.env': ['a', 'b'] }, 'label'],
    ['a label with U+0000', { 'label.env': 'a\0' }, 'label'],
    ['a label named with half a surrogate pair', { 'label.\ud800': 'a' }, 'label'],
    ['two page tokens', { pageToken: ['a', 'b'] }, 'pageToken'],
  ])('with %s is refused, naming the parameter', (_case, parameters, name) => {
    expect(refusalOf(parameters)).toMatchObject({
      slug: 'parameter-invalid',
      detail: expect.stringContaining(name),
    });
  });

  test('ignores parameters it does not know, also in the shape of an object', () => {
    const parameters = { 'api-version': '2024-01-01', 'type[$ne]': 'x', 'status[]': ['nonsense'], ['__proto__']: 'x' };
    expect(readListQuery('acme', parameters)).toEqual(readListQuery('acme', {}));
  });

  test('continues only the list its page token was made for', () => {
    const uuid = newUuid(1_700_000_000_000, 1);
    const { binding } = readListQuery('acme', { type: 'a', status: ['failed', 'pending'] });
    const pageToken = encodePageToken(uuid, binding);
    expect(
      readListQuery('acme', { status: ['pending', 'failed'], type: 'a', pageToken, pageSize: '3' }).query.before,
    ).toBe(uuid);
    expect(refusalOf({ type: 'a', pageToken })).toMatchObject({ slug: 'page-token-invalid' });
    expect(() => readListQuery('other', { type: 'a', status: ['failed', 'pending'], pageToken })).toThrow();
  });

  test('can be asked again from the parameters it gives for the next page', () => {
    const sent = {
      status: ['failed', 'pending'],
      'label.a b': 'x&y',
      type: 'a',
      createdAfter: '2030-01-01T00:00:00+01:00',
      pageSize: '9',
    };
    const { query, parameters } = readListQuery('acme', sent);
    const again: Record<string, string[] | string> = {};
    for (const name of parameters.keys()) {
      const values = parameters.getAll(name);
      again[name] = values.length === 1 ? (values[0] as string) : values;
    }
    expect(readListQuery('acme', again).query).toEqual(query);
  });
});
