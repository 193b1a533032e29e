import { describe, expect, test } from '@jest/globals';
import type { Operation } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';
import { attributesOf, idOf, record } from './recorded.spec.support.js';
import type { RequestSpan } from './request-spans.js';

const CREATION = `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7`;
const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What three requests about one operation show, all of them kept by their own caller. */
async function linksUnder(flags: string) {
  const { tracing, ended } = record();
  const operation = { id: 'opn_1', type: 't', status: 'pending', traceParent: `${CREATION}-${flags}` } as Operation;
  const request = { tenant: 'a', key: 'k', body: {}, traceParent: CALLER };
  await tracing.observer.decision(request, async () => ({ operation, replayed: true }));
  await tracing.observer.signal({ operation, name: 'go', traceParent: CALLER }, async () => null);
  const facts = { method: 'POST', route: '/r', scheme: 'http', userAgent: undefined, hints: null };
  const cancel = tracing.requests.start(CALLER, () => ({ ...facts, linksToCreation: true })) as RequestSpan;
  cancel.about(operation);
  cancel.end(202, null);
  return ended.map((span) => ({
    name: span.begun.name,
    links: span.links.map(({ context }) => idOf(context)),
    told: attributesOf(span)[ATTRIBUTES.linkCreation],
  }));
}

describe('requests about an operation', () => {
  test('link to its creation', async () => {
    const id = CREATION.slice(3).replace('-', ':');
    expect(await linksUnder('01')).toEqual(
      ['replay t', 'signal go', 'POST /r'].map((name) => ({ name, links: [id], told: id })),
    );
  });

  test('link to nothing when its creation was dropped: nobody would find it there', async () => {
    expect(await linksUnder('00')).toEqual(
      ['replay t', 'signal go', 'POST /r'].map((name) => ({ name, links: [], told: undefined })),
    );
  });
});

test('a request that nobody records is no more than its place in the trace of its caller', () => {
  const { tracing, ended } = record();
  const asked = tracing.requests.start(`${CREATION}-00`, () => {
    throw new Error('Nobody wants to know.');
  });
  expect(asked).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-00$/);
  expect(asked).not.toBe(`${CREATION}-00`);
  expect(ended).toEqual([]);
});
