import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTE_IDS, routeOf } from '@holdfast/contract';
import { ERROR_CATALOGUE } from '@holdfast/kernel';
import { type Answer, idOf, moveToFailed, moveToRunning, moveToSucceeded } from '@holdfast/testkit';
import { Ajv } from 'ajv';
import { PUBLIC_URL, type ServedApi, serveApi } from '../../testing/serve-api.js';

interface Response {
  readonly description: string;
  readonly headers?: Record<string, { description: string; schema: object }>;
  readonly content?: Record<string, { schema: object }>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { name: string; in: string; required: boolean }[];
  readonly responses: Record<string, Response>;
}

interface Document {
  readonly openapi: string;
  readonly servers: readonly { url: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object>; securitySchemes: object };
}

let api: ServedApi;
let document: Document;

beforeAll(async () => {
  api = await serveApi();
  document = (await api.client().get('/openapi.json')).json as unknown as Document;
});
afterAll(() => api.stop());

/** Every object anywhere in `value`. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  yield value as Record<string, unknown>;
  for (const member of Object.values(value)) yield* objectsIn(member);
}

describe('GET /openapi.json, 200', () => {
  test('describes exactly the routes of the table', () => {
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`),
    );
    const listed = ROUTE_IDS.map((id) => `${id}: ${routeOf(id).method} ${routeOf(id).path}`);
    expect(described.sort()).toEqual(listed.sort());
  });

  test('is OpenAPI 3.0 whose references all lead somewhere', () => {
    expect(document.openapi).toBe('3.0.3');
    expect(document.servers).toEqual([{ url: PUBLIC_URL }]);
    const references = [...objectsIn(document)].map(({ $ref }) => $ref).filter((ref) => typeof ref === 'string');
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1] ?? '';
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
  });

  test('says of every answer what it is and which headers it has', () => {
    for (const item of Object.values(document.paths)) {
      for (const { responses, parameters } of Object.values(item)) {
        expect(parameters.filter((parameter) => parameter.in === 'path').every(({ required }) => required)).toBe(true);
        for (const [status, { description, headers, content }] of Object.entries(responses)) {
          expect(status).toMatch(/^[2345]\d\d$/);
          expect(description).toMatch(/\S/);
          expect(Object.values(headers ?? {}).every(({ schema }) => typeof schema === 'object')).toBe(true);
          if (Number(status) >= 400) expect(content).toHaveProperty(['application/problem+json']);
        }
      }
    }
  });

  describe('what the API answers is what it says', () => {
    let ajv: Ajv;

    beforeAll(() => {
      ajv = new Ajv({ strict: false, validateFormats: false });
      ajv.addSchema({ $id: 'api', components: document.components });
    });

    /** Holds an answer against the description of its route and status: headers, body and media type. */
    function expectDescribed(operationId: string, answer: Answer): void {
      const operation = Object.values(document.paths)
        .flatMap((item) => Object.values(item))
        .find((candidate) => candidate.operationId === operationId);
      const response = operation?.responses[String(answer.status)];
      expect([operationId, answer.status, typeof response]).toEqual([operationId, answer.status, 'object']);
      const described = Object.keys(response?.headers ?? {}).map((name) => name.toLowerCase());
      const standard = ['content-type', 'content-length', 'date', 'connection', 'keep-alive', 'x-content-type-options'];
      const sent = [...answer.headers.keys()].filter((name) => !standard.includes(name));
      if (answer.status < 400) expect(described).toEqual(expect.arrayContaining(sent));
      const mediaType = (answer.headers.get('content-type') ?? '').split(';')[0] as string;
      const { schema } = response?.content?.[mediaType] ?? {};
      expect(schema === undefined).toBe(answer.text === '');
      if (!schema) return;
      const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('#/components', 'api#/components')));
      expect({ valid: validate(JSON.parse(answer.text)), errors: validate.errors }).toEqual({
        valid: true,
        errors: null,
      });
    }

    test('of creates, polls, results and lists in every status', async () => {
      const client = api.client();
      const moves = {
        pending: async () => {},
        running: (id: string) => moveToRunning(api.pool, id),
        succeeded: (id: string) => moveToSucceeded(api.pool, id, { ok: true }),
        failed: (id: string) => moveToFailed(api.pool, id),
        canceled: (id: string) => client.post(`/operations/${id}/cancel`),
      };
      for (const [status, move] of Object.entries(moves)) {
        const created = await client.create({ type: 'test.echo', labels: { a: 'b' } }, status, { prefer: 'wait=0' });
        expectDescribed('createOperation', created);
        await move(idOf(created));
        expectDescribed('createOperation', await client.create({ type: 'test.echo' }, status));
        expectDescribed('getOperation', await client.get(`/operations/${idOf(created)}`, { prefer: 'wait=0' }));
        expectDescribed('getOperation', await client.get(`/operations/${idOf(created)}`, { 'if-none-match': '*' }));
        expectDescribed('getResult', await client.get(`/operations/${idOf(created)}/result`));
        expectDescribed('getOperationByKey', await client.get(`/operations/by-key/${status}`));
        expectDescribed('cancelOperation', await client.post(`/operations/${idOf(created)}/cancel`));
        expectDescribed('resumeOperation', await client.post(`/operations/${idOf(created)}/resume`));
        expectDescribed('getOperation', await client.get(`/operations/${idOf(created)}?view=full`));
        expectDescribed('getEvents', await client.get(`/operations/${idOf(created)}/events?pageSize=1`));
      }
      expectDescribed('listOperations', await client.get('/operations?pageSize=2'));
      expectDescribed('listOperationTypes', await client.get('/operation-types'));
      expectDescribed('getIdempotencyPolicy', await client.get('/idempotency-policy'));
      expectDescribed('getErrorPage', await client.get('/errors/internal', { accept: 'application/json' }));
      expectDescribed('getOpenApi', await client.get('/openapi.json'));
    });

    test('of signals, streams, batches and erasures', async () => {
      const client = api.client();
      const id = idOf(await client.create({ type: 'test.echo' }));
      const signal = () => client.post(`/operations/${id}/signals/go`, { 'idempotency-key': 'k' }, { payload: 1 });
      const erase = () => client.call(`/operations/${id}`, { method: 'DELETE' });
      expectDescribed('sendSignal', await signal());
      expectDescribed('deleteOperation', await erase());
      const items = [{ key: 'b-1', type: 'test.echo' }, { key: 'b-1 ', type: 'none' }, { type: 'test.echo' }];
      expectDescribed('batchOperations', await client.post('/operations/batch', {}, { items }));
      await moveToSucceeded(api.pool, id);
      const page = await client.get(`/operations/${id}/events`);
      const { events } = page.json as unknown as { events: { id: number }[] };
      const received = { accept: 'text/event-stream', 'last-event-id': String(events.at(-1)?.id) };
      expectDescribed('getEvents', await client.get(`/operations/${id}/events`, received));
      expectDescribed('deleteOperation', await erase());
      expectDescribed('sendSignal', await signal());
      expectDescribed('getEvents', await client.get(`/operations/${id}/events`));
    });

    test('of refusals', async () => {
      const client = api.client();
      await client.create({ type: 'test.echo', input: 1 }, 'k');
      expectDescribed('createOperation', await client.create({ type: 'test.echo', input: 2 }, 'k'));
      expectDescribed('createOperation', await client.create({ type: 'test.echo', labels: 5 }));
      expectDescribed('createOperation', await client.create('{'));
      expectDescribed('createOperation', await client.create({}, 'a b'));
      expectDescribed('createOperation', await client.create({}, 'a', { authorization: '' }));
      expectDescribed('createOperation', await client.create({}, 'a', { 'content-type': 'text/plain' }));
      expectDescribed('getOperation', await client.get('/operations/unknown'));
      expectDescribed('listOperations', await client.get('/operations?pageToken=x'));
    });
  });

  test('every refusal of the catalogue that a route can give stands under its status', () => {
    for (const id of ROUTE_IDS) {
      const { path, method, refusals } = routeOf(id);
      const responses = document.paths[path]?.[method.toLowerCase()]?.responses ?? {};
      for (const slug of refusals) {
        expect(responses[String(ERROR_CATALOGUE[slug].status)]?.description).toContain(slug);
      }
    }
  });
});
