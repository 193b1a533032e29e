import { unique } from '@holdfast/testkit';

/** What a client does at a service without tokens. */
export class Caller {
  constructor(private readonly url: string) {}

  async create(type: string, input: unknown = null, key = unique('load'), headers: Record<string, string> = {}) {
    const answer = await fetch(`${this.url}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
      body: JSON.stringify({ type, input }),
    });
    return { status: answer.status, body: (await answer.json()) as { id: string } };
  }

  /** A create as it comes, good or bad. */
  async post(body: string, headers: Record<string, string>): Promise<number> {
    const answer = await fetch(`${this.url}/operations`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  async get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
    const answer = await fetch(this.url + path);
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  }

  /** The metrics page. */
  async metrics(): Promise<string> {
    return (await this.get('/metrics')).text;
  }
}

/** One of everything that is measured: success, retry, failure, replay, another request, nonsense. */
export async function scriptedLoad(caller: Caller): Promise<{ readonly id: string; readonly key: string }> {
  const key = unique('canary-key');
  const done = { prefer: 'wait=20' };
  const { body } = await caller.create('scene.work', { note: 'canary-input' }, key, done);
  await caller.create('scene.work', { note: 'canary-input' }, key, { 'idempotency-attempt': '2;reason=timeout' });
  await caller.create('scene.work', { note: 'canary-other' }, key);
  await caller.create('scene.work', { flaky: true }, unique('flaky'), done);
  await caller.create('scene.work', { fail: true }, unique('fail'), done);
  await caller.create('canary.type', {}, unique('unknown'));
  await caller.post('{"type":"scene.work"}', { 'content-type': 'application/json' });
  await caller.post('{"type":', { 'content-type': 'application/json', 'idempotency-key': unique('half') });
  await caller.post('type=scene.work', { 'content-type': 'text/plain', 'idempotency-key': unique('plain') });
  await caller.get(`/operations/${body.id}`);
  await caller.get('/operations/canary-id');
  await caller.get('/canary-path');
  return { id: body.id, key };
}
