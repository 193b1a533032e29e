import { expect, test } from '@jest/globals';
import { redacted, shownDatabaseUrl } from './redact.js';

test('a shown database URL has host and database but neither user nor password', () => {
  expect(shownDatabaseUrl('postgres://user:s3cret@db.example:5433/work?sslmode=require')).toBe('db.example:5433/work');
  expect(shownDatabaseUrl('postgres:///work?host=/run/postgresql&password=s3cret')).toBe('local socket/work');
});

test('a message never keeps the password, encoded or decoded, from the URL or its query', () => {
  const url = 'postgres://user:p%40ss%2Fword@db/work';
  expect(redacted(`cannot use ${url}, tried p%40ss%2Fword and p@ss/word`, url)).toBe(
    'cannot use ***, tried *** and ***',
  );
  expect(redacted('tried s3cret', 'postgres://user@db/work?password=s3cret')).toBe('tried ***');
});

test('a message about a URL without a password stays as it is', () => {
  expect(redacted('connection refused', 'postgres://user@db/work')).toBe('connection refused');
});
