import { describe, expect, test } from '@jest/globals';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { answered } from './answered.js';

const coded = (code: string) => Object.assign(new Error(code), { code });

describe('what the database could not be asked', () => {
  test.each<[string, Error]>([
    ['a connection that ends while a statement is under way', new Error('Connection terminated unexpectedly')],
    ['a connection that ends between two statements of a transaction', new QueryRunnerAlreadyReleasedError()],
    ['a commit that meets a server that shuts down', new QueryFailedError('COMMIT', [], coded('57P01'))],
    ['a disk that is full', coded('53100')],
  ])('is a refusal for now: %s', async (_, error) => {
    await expect(answered(Promise.reject(error))).rejects.toMatchObject({ slug: 'database-unavailable' });
  });

  test('is not what a statement is at fault for itself', async () => {
    const error = coded('22P02');
    await expect(answered(Promise.reject(error))).rejects.toBe(error);
  });
});
