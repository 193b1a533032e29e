import { ATTRIBUTES, type SpanRow, SPANS } from '@holdfast/telemetry';
import type { ReceivedSpan } from './otlp-spans.js';

interface Row extends SpanRow {
  readonly pattern: RegExp;
}

const ROWS: readonly Row[] = Object.values(SPANS).map((row: SpanRow) => ({
  ...row,
  pattern: new RegExp(`^${row.name.replaceAll(/\{\w+\}/g, '.+')}$`),
}));

const OURS = 'holdfast.';
const ON_EVERY_SPAN: readonly string[] = [ATTRIBUTES.operationId, ATTRIBUTES.operationType];

/** What of these spans is not in the table of names: their own name and kind, or an attribute. */
export function unlisted(spans: readonly ReceivedSpan[]): string[] {
  return spans.flatMap((span) => {
    const row = ROWS.find(({ kind, pattern }) => kind === span.kind && pattern.test(span.name));
    if (!row) return [`${span.kind} ${span.name}`];
    const listed = [...ON_EVERY_SPAN, ...row.attributes.map((key) => ATTRIBUTES[key])];
    return Object.keys(span.attributes)
      .filter((name) => name.startsWith(OURS) && !listed.includes(name))
      .map((name) => `${span.name}: ${name}`);
  });
}
