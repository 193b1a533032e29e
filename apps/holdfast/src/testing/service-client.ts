/** What a poll or a create answered, with the parts the tests look at. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Creates an operation; `wait` in seconds. */
export async function create(url: string, key: string, body: object, wait = 0): Promise<Answer> {
  const response = await fetch(`${url}/operations`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...(wait > 0 ? { prefer: `wait=${wait}` } : {}),
    },
    body: JSON.stringify(body),
  });
  return answerOf(response);
}

export async function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return answerOf(await fetch(url, { headers }));
}

/** Polls, waiting at the server and not here, until `done` holds. */
export async function poll(url: string, done: (body: Answer['body']) => boolean): Promise<Answer['body']> {
  let etag = '';
  for (;;) {
    // The first look must not wait: without an ETag it would be answered at the end only.
    const headers: Record<string, string> = etag ? { prefer: 'wait=5', 'if-none-match': etag } : {};
    const { status, body, headers: answered } = await get(url, headers);
    if (status === 200 && done(body)) return body;
    if (status !== 200 && status !== 304) throw new Error(`${status} ${JSON.stringify(body)}`);
    etag = answered.get('etag') ?? '';
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text === '' ? {} : (JSON.parse(text) as Answer['body']);
  return { status: response.status, headers: response.headers, body };
}
