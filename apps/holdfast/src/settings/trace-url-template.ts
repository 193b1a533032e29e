import { TRACE_PLACEHOLDERS, type TraceUrl, traceUrlFrom } from '@holdfast/kernel';
import { Mistake, quoted } from './mistake.js';
import type { Reader } from './readers.js';

const ACCEPTED = `an http or https URL with ${TRACE_PLACEHOLDERS.join(' or ')}, such as http://localhost:16686/trace/{traceId}`;
const BRACES = /\{[^{}]*\}/g;

/** Where traces can be looked at. What is wrong with it is said without the URL, which may hold a password. */
export const traceUrlTemplate: Reader<TraceUrl> = (text) => {
  const placeholders: string[] = text.match(BRACES) ?? [];
  const strange = placeholders.find((found) => !(TRACE_PLACEHOLDERS as readonly string[]).includes(found));
  const url = URL.parse(text.replaceAll(BRACES, 'x'));
  if (!url) throw new Mistake('something that is not an absolute URL', ACCEPTED);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Mistake(`a ${url.protocol} URL`, ACCEPTED);
  if (url.username || url.password) throw new Mistake('a URL with a user or password', ACCEPTED);
  if (strange !== undefined) throw new Mistake(`the placeholder ${quoted(strange)}`, ACCEPTED);
  if (placeholders.length === 0) throw new Mistake('a URL without a placeholder', ACCEPTED);
  return traceUrlFrom(text);
};
