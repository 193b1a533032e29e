import { expect, test } from '@jest/globals';
import { freshDatabase, until } from '@holdfast/testkit';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { freshKey } from './invoices.js';
import { bootPayments } from './payments-app.js';

/** More than one statement takes away. */
const EXPIRED = 2_500;

test('requests whose window is over are all forgotten, also where every route is in a transaction', async () => {
  const database = await freshDatabase();
  const { app, url } = await bootPayments(database.url, 'fastify');
  const own = app.get<DataSource>(getDataSourceToken());
  await own.query('create table public.invoices (id text primary key, cents integer not null)');
  await own.query(
    `insert into holdfast.idempotent_requests (shard, fence, reruns, answer_status, finished_at, expires_at, scope, key, fingerprint)
     select 1, 1, true, 201, now(), now() - interval '1 hour', 'ann', 'old ' || n, '' from generate_series(1, $1::integer) n`,
    [EXPIRED],
  );
  const key = freshKey();
  const answer = await fetch(`${url}/payments/compared`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ id: key }),
  });
  expect(answer.status).toBe(201);
  const left = () => own.query<{ key: string }[]>('select key from holdfast.idempotent_requests');
  await until(async () => (await left()).length <= 1);
  expect(await left()).toEqual([{ key }]);
  await app.close();
  await database.drop();
});
