import {
  ENGINE_ERROR_CODES,
  ERROR_CATALOGUE,
  ERROR_SLUGS,
  INITIAL_STATUS,
  LIFECYCLE,
  REASON_CODES,
  REASONS,
  REQUEST_CODES,
  REQUEST_SENTENCES,
  RETRY_CODES,
  RETRY_SENTENCES,
  STATUSES,
  TERMINAL_STATUSES,
} from '@holdfast/kernel';
import { VARIABLES } from '@holdfast/service';
import {
  ATTRIBUTE_MEANINGS,
  type AttributeKey,
  ATTRIBUTES,
  METRICS,
  type MetricKey,
  type MetricSpec,
  prometheusName,
  SPAN_EVENT_MEANINGS,
  SPAN_EVENTS,
  type SpanRow,
  SPANS,
} from '@holdfast/telemetry';

/** A Markdown table as Prettier lays it out, so that a page which holds it stays formatted. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(escaped));
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}

const code = (text: string) => `\`${text}\``;
const yesNo = (answer: boolean) => (answer ? 'yes' : 'no');

/** The state machine as a Mermaid diagram: one arrow between two statuses, with all events that take it. */
export function lifecycleDiagram(): string {
  const arrows = STATUSES.flatMap((from) =>
    STATUSES.flatMap((to) => {
      const events = new Set(
        LIFECYCLE.filter((edge) => edge.from === from && edge.to === to).map(({ event }) => event),
      );
      return events.size === 0 ? [] : [`  ${from} --> ${to}: ${[...events].join(', ')}`];
    }),
  );
  const ends = TERMINAL_STATUSES.map((status) => `  ${status} --> [*]`);
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${INITIAL_STATUS}: create`, ...arrows, ...ends, '```'].join('\n');
}

export function lifecycleTable(): string {
  return markdownTable(
    ['event', 'from', 'to', 'guard', 'counts', 'meaning'],
    LIFECYCLE.map(({ event, from, to, guard, counts, meaning }) => [
      event,
      code(from),
      code(to),
      guard,
      counts.join(', ') || '–',
      meaning,
    ]),
  );
}

export function errorTable(): string {
  return markdownTable(
    ['status', 'slug', 'meaning', 'retry', 'same key', 'what to do'],
    [...ERROR_SLUGS]
      .sort((a, b) => ERROR_CATALOGUE[a].status - ERROR_CATALOGUE[b].status || (a < b ? -1 : 1))
      .map((slug) => {
        const { status, title, retryable, safeToRetryWithSameKey, remedy } = ERROR_CATALOGUE[slug];
        return [String(status), code(slug), title, yesNo(retryable), yesNo(safeToRetryWithSameKey), remedy];
      }),
  );
}

/** The codes of an explanation, a table for each of its lists. */
export function explanationTables(): string[] {
  const table = <Code extends string>(codes: readonly Code[], rows: Record<Code, { readonly meaning: string }>) =>
    markdownTable(
      ['code', 'meaning'],
      codes.map((name) => [code(name), rows[name].meaning]),
    );
  return [table(REASON_CODES, REASONS), table(RETRY_CODES, RETRY_SENTENCES), table(REQUEST_CODES, REQUEST_SENTENCES)];
}

export const ENGINE_CODES: readonly string[] = Object.values(ENGINE_ERROR_CODES);

/** Each variable with its meaning and default, and what is accepted in the words of its own refusal. */
export function settingsTable(): string {
  return markdownTable(
    ['variable', 'meaning', 'default', 'accepted'],
    Object.entries(VARIABLES).map(([name, { meaning, fallback, read }]) => [
      code(name),
      meaning,
      fallback === null || typeof fallback === 'object'
        ? '–'
        : code(name === 'HOLDFAST_DATA_DIR' ? '.holdfast' : String(fallback)),
      acceptedBy(read),
    ]),
  );
}

function acceptedBy(read: (text: string) => unknown): string {
  try {
    read('\0');
    return '';
  } catch (error) {
    return (error as { accepted?: string }).accepted ?? '';
  }
}

/** Every span that is made: what it is called, where it hangs, and what it says beside operation id and type. */
export function spanTable(): string {
  const rows: readonly SpanRow[] = Object.values(SPANS);
  return markdownTable(
    ['span', 'kind', 'when', 'parent', 'links to', 'attributes'],
    rows.map(({ name, kind, when, parent, links, attributes }) => [
      code(name),
      kind,
      when,
      parent,
      links,
      attributes.map((key) => code(shortened(ATTRIBUTES[key]))).join(' '),
    ]),
  );
}

export function spanEventTable(): string {
  const keys = Object.keys(SPAN_EVENTS) as (keyof typeof SPAN_EVENTS)[];
  return markdownTable(
    ['event', 'meaning'],
    keys.map((key) => [code(SPAN_EVENTS[key]), SPAN_EVENT_MEANINGS[key]]),
  );
}

export function attributeTable(): string {
  const keys = Object.keys(ATTRIBUTES) as AttributeKey[];
  return markdownTable(
    ['attribute', 'meaning'],
    keys.map((key) => [code(ATTRIBUTES[key]), ATTRIBUTE_MEANINGS[key]]),
  );
}

/** All of ours begin alike, which a table need not say in every cell. */
function shortened(name: string): string {
  return name.replace('holdfast.', '');
}

/** Each metric under both of its names, with what its attributes tell apart. */
export function metricsTable(): string {
  return markdownTable(
    ['on `/metrics`', 'by OTLP', 'kind', 'unit', 'attributes', 'meaning'],
    (Object.keys(METRICS) as MetricKey[]).map((key) => {
      const { name, kind, unit, attributes, meaning }: MetricSpec = METRICS[key];
      return [code(prometheusName(key)), code(name), kind, code(unit), attributes.map(code).join(' ') || '–', meaning];
    }),
  );
}
