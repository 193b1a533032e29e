import { expect, test } from '@jest/globals';
import { acceptsEventStream } from './accepts-event-stream.js';

test.each([
  'text/event-stream',
  'Text/Event-Stream',
  'text/event-stream;q=0.5',
  'text/event-stream, */*',
  'application/json;q=0.8, text/event-stream',
])('«%s» asks for a stream', (accept) => {
  expect(acceptsEventStream(accept)).toBe(true);
});

test.each([
  undefined,
  '',
  '*/*',
  'text/*',
  'application/json',
  'text/event-stream;q=0',
  'text/event-stream;q=0.0',
  'application/json, text/event-stream;q=0.9',
  '*/*, text/event-stream;q=0.1',
  'text/event-streams',
])('«%s» asks for a page', (accept) => {
  expect(acceptsEventStream(accept)).toBe(false);
});
