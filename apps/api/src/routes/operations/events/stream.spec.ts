import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToFailed, moveToRunning, moveToSucceeded, seedStep, until } from '@holdfast/testkit';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

interface Frame {
  readonly id: number;
  readonly event: string;
  readonly data: { readonly id: number; readonly type: string };
}

/** A stream as an EventSource would see it. */
class Follower {
  readonly status: Promise<number>;
  readonly headers: Promise<Headers>;
  /** Resolves with the whole text when the server ends the stream. */
  readonly ended: Promise<string>;
  private text = '';
  private readonly stop = new AbortController();

  constructor(id: string, lastEventId?: number | string) {
    const response = fetch(`${api.url}/operations/${id}/events`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${client.caller.token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
      },
      signal: this.stop.signal,
    });
    this.status = response.then(({ status }) => status);
    this.headers = response.then(({ headers }) => headers);
    this.ended = response.then((answer) => this.read(answer));
    this.ended.catch(() => undefined);
  }

  get frames(): Frame[] {
    return [...this.text.matchAll(/id: (\d+)\nevent: (\S+)\ndata: (.*)\n\n/g)].map(([, id, event, data]) => ({
      id: Number(id),
      event: event as string,
      data: JSON.parse(data as string) as Frame['data'],
    }));
  }

  get types(): string[] {
    return this.frames.map(({ event }) => event);
  }

  leave(): void {
    this.stop.abort();
  }

  private async read(answer: Response): Promise<string> {
    if (!answer.body) return '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body) this.text += decoder.decode(chunk, { stream: true });
    return this.text;
  }
}

const create = async (key?: string) => idOf(await client.create({ type: 'test.echo' }, key));

describe('GET /operations/{id}/events as a stream', () => {
  test('200: what has happened, then what happens, then the end', async () => {
    const id = await create();
    const follower = new Follower(id);
    await until(() => follower.types.includes('operation.created'));
    await moveToRunning(api.pool, id);
    await until(() => follower.types.includes('operation.started'));
    await seedStep(api.pool, id, { name: 'quote' });
    await until(() => follower.types.includes('step.completed'));
    await moveToSucceeded(api.pool, id, 1);
    const text = await follower.ended;
    expect(text).toMatch(/^retry: \d+\n\n/);
    expect(follower.types).toEqual(['operation.created', 'operation.started', 'step.completed', 'operation.succeeded']);
    expect(Object.fromEntries(await follower.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      vary: 'Accept, Authorization',
    });
  });

  test('the id of a frame, and the object in it, are those of the list', async () => {
    const id = await create();
    await moveToFailed(api.pool, id);
    const follower = new Follower(id);
    await follower.ended;
    const listed = (await client.get(`/operations/${id}/events`)).json?.['events'] as Frame['data'][];
    expect(follower.frames.map(({ data }) => data)).toEqual(listed);
    expect(follower.frames.every(({ id: frameId, event, data }) => frameId === data.id && event === data.type)).toBe(
      true,
    );
  });

  test('Last-Event-ID resumes behind that event, without a gap and without a repeat', async () => {
    const id = await create();
    await moveToRunning(api.pool, id);
    const first = new Follower(id);
    await until(() => first.frames.length === 2);
    first.leave();
    await seedStep(api.pool, id, { name: 'meanwhile' });
    await moveToSucceeded(api.pool, id);
    const second = new Follower(id, first.frames.at(-1)?.id);
    await second.ended;
    expect([...first.types, ...second.types]).toEqual([
      'operation.created',
      'operation.started',
      'step.completed',
      'operation.succeeded',
    ]);
  });

  test.each(['nonsense', '-1', '99999999999999999999', '1.5', ''])(
    'a Last-Event-ID of «%s» is none of ours: from the beginning',
    async (lastEventId) => {
      const id = await create();
      await moveToSucceeded(api.pool, id);
      const follower = new Follower(id, lastEventId);
      await follower.ended;
      expect(follower.types.at(0)).toBe('operation.created');
    },
  );

  test('204: the last event was received, so that an EventSource does not come again; also after later replays', async () => {
    const id = await create('ended');
    await moveToSucceeded(api.pool, id);
    const follower = new Follower(id);
    await follower.ended;
    const last = follower.frames.at(-1)?.id as number;
    for (let round = 0; round < 2; round += 1) {
      const again = new Follower(id, last);
      expect([await again.status, await again.ended]).toEqual([204, '']);
      await client.create({ type: 'test.echo' }, 'ended');
      await api.engine.requests.settled();
    }
    const fresh = new Follower(id);
    await fresh.ended;
    expect(fresh.frames).toEqual(follower.frames);
  });

  test('after a resume the stream goes on from the end of the earlier life', async () => {
    const id = await create();
    await moveToFailed(api.pool, id);
    const first = new Follower(id);
    await first.ended;
    await client.post(`/operations/${id}/resume`);
    const second = new Follower(id, first.frames.at(-1)?.id);
    await until(() => second.types.includes('operation.resumed'));
    await moveToSucceeded(api.pool, id);
    await second.ended;
    expect(second.types).toEqual(['operation.resumed', 'operation.succeeded']);
  });

  test('a client that leaves leaves nothing behind', async () => {
    const id = await create();
    const before = api.engine.watch.size;
    const followers = Array.from({ length: 5 }, () => new Follower(id));
    await until(() => followers.every(({ frames }) => frames.length > 0) && api.engine.watch.size > before);
    for (const follower of followers) follower.leave();
    await until(() => api.engine.watch.size === before);
  });

  test('a hundred streams hold no connection of the database', async () => {
    const id = await create();
    const followers = Array.from({ length: 100 }, () => new Follower(id));
    await until(() => followers.every(({ frames }) => frames.length > 0));
    await until(() => api.pool.idleCount === api.pool.totalCount);
    expect(api.pool.waitingCount).toBe(0);
    await moveToSucceeded(api.pool, id);
    await Promise.all(followers.map(({ ended }) => ended));
    expect(followers.every(({ types }) => types.at(-1) === 'operation.succeeded')).toBe(true);
  });

  test('an erased operation ends its streams', async () => {
    const id = await create();
    const follower = new Follower(id);
    await until(() => follower.frames.length > 0);
    await client.post(`/operations/${id}/cancel`);
    await client.call(`/operations/${id}`, { method: 'DELETE' });
    await follower.ended;
  });

  test('a drain ends the stream, and the next process goes on', async () => {
    const id = await create();
    const follower = new Follower(id);
    await until(() => follower.frames.length > 0);
    api.drain(true);
    try {
      api.signals.publish({ kind: 'changed', uuids: [] });
      await moveToRunning(api.pool, id);
      await follower.ended;
    } finally {
      api.drain(false);
    }
    const next = new Follower(id, follower.frames.at(-1)?.id);
    await moveToSucceeded(api.pool, id);
    await next.ended;
    const all = [...follower.types, ...next.types];
    expect(all).toEqual([...new Set(all)]);
    expect(all).toEqual(['operation.created', 'operation.started', 'operation.succeeded']);
  });

  test('HEAD answers at once', async () => {
    const id = await create();
    const answer = await client.call(`/operations/${id}/events`, {
      method: 'HEAD',
      headers: { accept: 'text/event-stream' },
    });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});
