export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Sends a request of ann's, and reads all of its answer. */
export async function sendPayment(
  url: string,
  key: string,
  body: object,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const response = await fetch(url, {
    method: url.endsWith('/other') ? 'PUT' : 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-user': 'ann', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '') ? (JSON.parse(text) as Answer['json']) : {};
  return { status: response.status, headers: response.headers, text, json };
}
