/** About 120 bytes, as in the published figures of the peers. */
export const INPUT = { customer: 'cus_0123456789', amount: 4200, currency: 'EUR', note: 'x'.repeat(56) };

const HEAD = 'Host: bench\r\nContent-Type: application/json\r\n';
const bodies = new Map();

/**
 * `POST /operations` as the bytes of a request.
 *
 * @param {string} key
 * @param {string} type
 * @param {{ input?: unknown, headers?: string }} [more] `headers` as whole lines
 */
export function createRequest(key, type, { input = INPUT, headers = '' } = {}) {
  const { body, length } = bodyOf(type, input);
  return `POST /operations HTTP/1.1\r\n${HEAD}${headers}Idempotency-Key: ${key}\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

/** `POST /operations/batch` for these keys. @param {readonly string[]} keys @param {string} type */
export function batchRequest(keys, type, input = INPUT) {
  const body = JSON.stringify({ items: keys.map((key) => ({ key, type, input })) });
  return `POST /operations/batch HTTP/1.1\r\n${HEAD}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** `GET /operations/{id}`. @param {string} id */
export function pollRequest(id) {
  return `GET /operations/${id} HTTP/1.1\r\nHost: bench\r\n\r\n`;
}

/** The same few bodies again and again: made once. @param {string} type @param {unknown} input */
function bodyOf(type, input) {
  const name = `${type} ${input === INPUT ? '' : JSON.stringify(input)}`;
  let made = bodies.get(name);
  if (made === undefined) {
    const body = JSON.stringify({ type, input });
    made = { body, length: Buffer.byteLength(body) };
    bodies.set(name, made);
  }
  return made;
}
