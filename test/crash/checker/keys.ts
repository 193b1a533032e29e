import { type Exchange, isAccepted } from '../evidence/exchange.js';
import type { Evidence } from '../evidence/evidence.js';
import { grouped } from './grouped.js';
import type { Violation } from './violation.js';

/** Refusals that say «later», never «no». */
const LATER = new Set([409, 429]);

/** What a client may rely on that knows nothing but its keys: I1, I2 and I7. */
export function checkKeys(evidence: Evidence): Violation[] {
  const creates = grouped(evidence.history, ({ action, tenant, key }) =>
    action === 'create' ? `${tenant}/${key}` : null,
  );
  return [
    ...oneOperation(evidence, creates),
    ...noStrangers(evidence),
    ...nothingLost(evidence, creates),
    ...replaysAnswered(evidence, creates),
    ...readsFound(evidence),
  ];
}

function oneOperation({ snapshot }: Evidence, creates: ReadonlyMap<string, Exchange[]>): Violation[] {
  const ids = new Map<string, Set<string>>();
  const add = (name: string, uuid: string) => ids.set(name, (ids.get(name) ?? new Set()).add(uuid));
  for (const [name, exchanges] of creates) {
    for (const { answer } of exchanges.filter(isAccepted)) if (answer?.uuid) add(name, answer.uuid);
  }
  for (const { tenant, key, uuid } of [...snapshot.operations, ...snapshot.keys]) add(`${tenant}/${key}`, uuid);
  return [...ids]
    .filter(([, found]) => found.size > 1)
    .map(([name, found]) => ({ promise: 'I1', what: `${name} has operations ${[...found].join(', ')}` }));
}

/** Whatever has run belongs to a key, of which there is one. */
function noStrangers({ effects, snapshot }: Evidence): Violation[] {
  const known = new Set(snapshot.keys.map(({ uuid }) => uuid));
  const strangers = new Set(effects.map(({ uuid }) => uuid).filter((uuid) => !known.has(uuid)));
  return [...strangers].map((uuid) => ({ promise: 'I1', what: `${uuid} was run and is no key's operation` }));
}

function nothingLost({ snapshot }: Evidence, creates: ReadonlyMap<string, Exchange[]>): Violation[] {
  const rows = new Map(snapshot.operations.map((row) => [row.uuid, row]));
  const purged = new Set(snapshot.keys.filter((key) => key.purged).map((key) => key.uuid));
  return [...creates].flatMap(([name, exchanges]) =>
    exchanges.filter(isAccepted).flatMap(({ answer, body, tenant, key }) => {
      const uuid = answer?.uuid ?? '';
      if (purged.has(uuid)) return [];
      const row = rows.get(uuid);
      if (!row) return [{ promise: 'I2' as const, what: `${name} was acknowledged as ${uuid}, which is not there` }];
      const asked = JSON.parse(body ?? '{}') as { type: string; input: unknown };
      const kept =
        row.tenant === tenant &&
        row.key === key &&
        row.type === asked.type &&
        JSON.stringify(sorted(row.request.input)) === JSON.stringify(sorted(asked.input));
      return kept ? [] : [{ promise: 'I2' as const, what: `${uuid} is not what ${name} asked for` }];
    }),
  );
}

/** Inputs of this test are flat. */
function sorted(input: unknown): [string, unknown][] {
  return Object.entries(input as object).sort(([one], [other]) => (one < other ? -1 : 1));
}

function replaysAnswered({ history }: Evidence, creates: ReadonlyMap<string, Exchange[]>): Violation[] {
  const erased = new Set(
    history.filter(({ action }) => action === 'erase').map(({ tenant, key }) => `${tenant}/${key}`),
  );
  return [...creates].flatMap(([name, exchanges]) => {
    const acknowledgedAt = Math.min(...exchanges.filter(isAccepted).map(({ answeredAt }) => answeredAt));
    return exchanges
      .filter(({ sentAt, body }) => sentAt > acknowledgedAt && body === exchanges[0]?.body)
      .filter(({ answer }) => answer !== null && answer.status >= 400 && answer.status < 500)
      .filter(({ answer }) => !LATER.has(answer?.status ?? 0) && !erased.has(name))
      .map(({ answer }) => ({ promise: 'I7' as const, what: `a replay of ${name} was answered ${answer?.status}` }));
  });
}

/** A client reads only what it was told of, by id or by key. */
function readsFound({ history }: Evidence): Violation[] {
  return history
    .filter(({ action, answer }) => (action === 'get' || action === 'find') && answer?.status === 404)
    .map(({ tenant, key }) => ({ promise: 'I7', what: `${tenant}/${key} was acknowledged, then not found` }));
}
