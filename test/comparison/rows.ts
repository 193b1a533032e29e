import { randomUUID } from 'node:crypto';
import { type Contender, post } from './contender.js';

/** One question of the table, and how a contender answers it when it is really asked. */
export interface Row {
  readonly question: string;
  readonly ask: (contender: Contender) => Promise<string>;
}

const fresh = () => ({ key: `key-${randomUUID()}`, id: `pay-${randomUUID()}` });

/** Status, or the name of the error where the library knows no status. */
function told(answer: Response): string {
  const again = answer.headers.get('retry-after');
  return (answer.headers.get('x-error') ?? String(answer.status)) + (again === null ? '' : ', Retry-After');
}

async function nOf(answer: Response): Promise<number | null> {
  const body = (await answer.json().catch(() => ({}))) as { n?: number };
  return body.n ?? null;
}

async function repeatAfterCrash(contender: Contender, key: string, id: string): Promise<string> {
  const giveUpAt = performance.now() + 3_000;
  for (;;) {
    // A route that died before its end is what the first request asked for, too.
    const answer = await post(contender.survivorUrl, key, { id, fail: 'kill' });
    if (answer.status === 201) return `runs again, ${await contender.effects(id)} effect(s)`;
    if (performance.now() > giveUpAt) return `still refused: ${told(answer)}`;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const ROWS: readonly Row[] = [
  {
    question: 'two callers, one key',
    ask: async ({ url, effects }) => {
      const { key, id } = fresh();
      await post(url, key, { id }, 'ann');
      const bob = await post(url, key, { id }, 'bob');
      return bob.status === 201 && (await effects(id)) === 2 ? 'kept apart' : "bob gets ann's answer";
    },
  },
  {
    question: 'members in another order',
    ask: async ({ url, effects }) => {
      const { key, id } = fresh();
      await post(url, key, { id, cents: 1 });
      const again = await post(url, key, { cents: 1, id });
      return again.status === 201 && (await effects(id)) === 1 ? 'replayed' : `refused: ${told(again)}`;
    },
  },
  {
    question: 'another payload',
    ask: async ({ url }) => {
      const { key, id } = fresh();
      await post(url, key, { id, cents: 1 });
      const other = await post(url, key, { id, cents: 2 });
      const says = (await other.clone().text()).includes('/body/cents') ? ', says where' : '';
      return other.status === 201 ? 'replayed unnoticed' : told(other) + says;
    },
  },
  {
    question: 'key quoted or bare',
    ask: async ({ url, effects }) => {
      const { key, id } = fresh();
      await post(url, key, { id });
      await post(url, `"${key}"`, { id });
      return (await effects(id)) === 1 ? 'one key' : 'two keys';
    },
  },
  {
    question: 'repeat in flight',
    ask: async ({ url }) => {
      const { key, id } = fresh();
      const both = await Promise.all([post(url, key, { id }), post(url, key, { id })]);
      return told(both.find(({ status }) => status !== 201) ?? both[1]);
    },
  },
  {
    question: '200 parallel duplicates',
    ask: async ({ url, effects }) => {
      const { key, id } = fresh();
      await Promise.all(Array.from({ length: 200 }, () => post(url, key, { id })));
      return `${await effects(id)} effect(s)`;
    },
  },
  {
    question: 'process dies after the effect',
    ask: async (contender) => {
      const { key, id } = fresh();
      await contender.crash(key, { id });
      return repeatAfterCrash(contender, key, id);
    },
  },
  {
    question: 'repeat after a failure (500)',
    ask: async ({ url }) => {
      const { key, id } = fresh();
      await post(url, key, { id, fail: 'throw' });
      const again = await post(url, key, { id, fail: 'throw' });
      return again.status === 201 ? 'runs again' : 'gets the failure again';
    },
  },
  {
    question: 'marker of a replay',
    ask: async ({ url }) => {
      const { key, id } = fresh();
      const first = await nOf(await post(url, key, { id }));
      const again = await post(url, key, { id });
      const marked = again.headers.get('idempotent-replayed') === 'true';
      return (await nOf(again)) === first && marked ? 'Idempotent-Replayed' : 'none';
    },
  },
];
