import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, ServiceProcess } from '@holdfast/testkit';
import { GUIDES, ROOT } from './guide-bench.js';

const PAGE = readFileSync(join(ROOT, 'docs', 'quickstart.md'), 'utf8');
const COMMANDS = [...PAGE.matchAll(/^curl [\s\S]*?(?=\n(?:```|curl ))/gm)].map(([command]) => command);
const ANSWERS = [...PAGE.matchAll(/^```http\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
/** The id of the operation that the page tells of. */
const SHOWN_ID = /opn_\w+/.exec(PAGE)?.[0] ?? '';
/** What differs from run to run; of these only the presence is compared. */
const VARIES = new Set(['operation-location', 'etag', 'retry-after']);

let database: Awaited<ReturnType<typeof freshDatabase>>;

beforeAll(async () => {
  database = await freshDatabase();
});

afterAll(() => database.drop());

/** Sends what a curl command of the page sends. */
function send(url: string, command: string): Promise<Response> {
  const path = /localhost:8080(\S+)/.exec(command)?.[1] ?? '';
  const headers = [...command.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name = '', value = '']) => [name, value]);
  const body = /-d '([^']+)'/.exec(command)?.[1];
  return fetch(url + path, {
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
}

/** Holds an answer against what the page shows of it: status, headers, and the words its body begins with. */
async function expectShown(answer: Response, shown = ''): Promise<string> {
  const [head = '', body = ''] = shown.split('\n\n');
  const [statusLine = '', ...headers] = head.split('\n').filter((line) => line !== '' && line !== '…');
  expect(answer.status).toBe(Number(statusLine.split(' ')[1]));
  for (const header of headers) {
    const [name = '', value] = header.split(': ');
    expect([name, answer.headers.get(name)]).toEqual([name, VARIES.has(name) ? expect.any(String) : value]);
  }
  const text = await answer.text();
  for (const [word] of body.matchAll(/"(?:status|result|progress|mismatch|retryable)":[^,…]+(?=[,…])/g)) {
    expect(text).toContain(word);
  }
  return text;
}

describe('the quickstart', () => {
  test('shows what really happens: create, poll, result, replay, refusal', async () => {
    const [create = '', poll = '', result = ''] = COMMANDS;
    const service = await ServiceProcess.start({ databaseUrl: database.url });
    try {
      const created = await expectShown(await send(service.url, create), ANSWERS[0]);
      const { id } = JSON.parse(created) as { id: string };
      await expectShown(await send(service.url, poll.replace(SHOWN_ID, id)), ANSWERS[1]);
      const shown = /```json\n(.*?)\n```/s.exec(PAGE)?.[1] ?? '';
      const bare = await send(service.url, result.replace(SHOWN_ID, id));
      expect(await bare.json()).toEqual(JSON.parse(shown));
      const replayed = await expectShown(await send(service.url, create), ANSWERS[2]);
      expect(JSON.parse(replayed)).toMatchObject({ id });
      await expectShown(await send(service.url, create.replace('"from":3', '"from":4')), ANSWERS[3]);
    } finally {
      await service.stop();
    }
  });

  test('has a first handler that can be started and called as it says', async () => {
    expect(PAGE).toContain('HOLDFAST_HANDLERS=examples/guides/quickstart.mjs npm start');
    const handlers = join(GUIDES, 'quickstart.mjs');
    const service = await ServiceProcess.start({ databaseUrl: database.url, handlers });
    try {
      const answer = await send(service.url, COMMANDS.at(-1) ?? '');
      expect(await answer.json()).toMatchObject({ status: 'succeeded', result: { sent: 'Hello, Ada!' } });
    } finally {
      await service.stop();
    }
  });
});
