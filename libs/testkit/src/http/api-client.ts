import { randomUUID } from 'node:crypto';
import type { TestTenant } from './test-tenants.js';

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null when there is none. */
  readonly json: Readonly<Record<string, unknown>> | null;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string or bytes as they are. */
  readonly body?: object | string | Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

/** Calls the API as one tenant, over a real socket. */
export class ApiClient {
  constructor(
    readonly url: string,
    readonly caller: TestTenant,
  ) {}

  /** The same caller at another server. */
  at(url: string): ApiClient {
    return new ApiClient(url, this.caller);
  }

  async call(path: string, { method, headers = {}, body, signal }: Call = {}): Promise<Answer> {
    const isJson = typeof body === 'object' && !(body instanceof Uint8Array);
    const response = await fetch(this.url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${this.caller.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
      ...(signal ? { signal } : {}),
      redirect: 'manual',
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(response, text) };
  }

  /** `POST /operations` with a fresh key unless one is given. */
  create(body: Call['body'], key: string = randomUUID(), headers: Call['headers'] = {}): Promise<Answer> {
    return this.call('/operations', {
      method: 'POST',
      body: body ?? '',
      headers: { 'idempotency-key': key, ...headers },
    });
  }

  /** The same for a request that must go out without a key, or with odd ones. */
  post(path: string, headers: Call['headers'] = {}, body?: Call['body']): Promise<Answer> {
    return this.call(path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) });
  }

  get(path: string, headers: Call['headers'] = {}): Promise<Answer> {
    return this.call(path, { headers });
  }
}

/** A member of the JSON in an answer; throws with the whole answer when there is no JSON. */
export function memberOf(answer: Answer, name: string): unknown {
  if (!answer.json) throw new Error(`${answer.status} without JSON: ${answer.text}`);
  return answer.json[name];
}

/** The id of the operation in an answer. */
export function idOf(answer: Answer): string {
  return memberOf(answer, 'id') as string;
}

function parsed(response: Response, text: string): Answer['json'] {
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return isJson && text !== '' ? (JSON.parse(text) as Answer['json']) : null;
}
