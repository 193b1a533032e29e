import type { Evidence } from '../evidence/evidence.js';
import { type Exchange, isAccepted } from '../evidence/exchange.js';
import { grouped } from './grouped.js';
import { type Sight, sightOf } from './sights.js';
import type { Violation } from './violation.js';

/** What is left of an operation that was erased is its tombstone, and its key is never free again. */
export function checkErasures(evidence: Evidence): Violation[] {
  const erasures = evidence.history.filter(({ action }) => action === 'erase');
  const asked = new Set(erasures.map(({ uuid }) => uuid ?? ''));
  const erased = new Map(
    [...grouped(erasures.filter(isAccepted), ({ uuid }) => uuid)].map(([uuid, ofOne]) => [
      uuid,
      { name: nameOf(ofOne[0] as Exchange), at: Math.min(...ofOne.map(({ answeredAt }) => answeredAt)) },
    ]),
  );
  return [...remains(evidence, asked, erased.keys()), ...afterlife(evidence, erased)].map((what) => ({
    promise: 'erase',
    what,
  }));
}

function nameOf({ tenant, key }: Pick<Exchange, 'tenant' | 'key'>): string {
  return `${tenant}/${key}`;
}

/** The rows of what was erased are gone; nothing else is; and key and id both say how it had ended. */
function remains({ history, snapshot }: Evidence, asked: ReadonlySet<string>, erased: Iterable<string>): string[] {
  const keys = new Map(snapshot.keys.map((key) => [key.uuid, key]));
  const tombstones = new Map(snapshot.tombstones.map((tombstone) => [tombstone.uuid, tombstone]));
  const lastSeen = new Map<string, Sight>();
  for (const exchange of history) {
    const sight = sightOf(exchange);
    if (sight && sight.version >= (lastSeen.get(sight.uuid)?.version ?? 0)) lastSeen.set(sight.uuid, sight);
  }
  const { operations, steps, attempts, resumes, signals } = snapshot;
  const left = new Set([...operations, ...steps, ...attempts, ...resumes, ...signals].map(({ uuid }) => uuid));
  const wrong = [...erased].flatMap((uuid) => {
    const words = [keys.get(uuid)?.final_status, tombstones.get(uuid)?.final_status];
    const buried = words.every((word) => word === lastSeen.get(uuid)?.status);
    return [
      ...(left.has(uuid) ? [`${uuid} was erased and is still there`] : []),
      ...(buried
        ? []
        : [`${uuid} ended ${lastSeen.get(uuid)?.status}; of its tombstones, key and id say ${words.join(', ')}`]),
    ];
  });
  const unasked = [...tombstones.keys()].filter((uuid) => !asked.has(uuid)).map((uuid) => `nobody erased ${uuid}`);
  return [...wrong, ...unasked];
}

/** The one definite answer to each request that was sent when the erasure had been acknowledged. */
const ANSWERS: Readonly<Record<Exchange['action'], number>> = {
  create: 422,
  get: 410,
  find: 410,
  cancel: 410,
  resume: 410,
  signal: 410,
  erase: 204,
  probe: 404,
};

function afterlife({ history }: Evidence, erased: ReadonlyMap<string, { readonly name: string; readonly at: number }>) {
  const byName = new Map([...erased.values()].map((erasure) => [erasure.name, erasure]));
  const first = new Map(
    history.toReversed().flatMap((each) => (each.action === 'create' ? [[nameOf(each), each.body]] : [])),
  );
  return history.flatMap((exchange) => {
    const { action, uuid, sentAt, answer, body } = exchange;
    const name = nameOf(exchange);
    const erasure = uuid === null ? byName.get(name) : erased.get(uuid);
    if (erasure === undefined || sentAt < erasure.at || answer === null) return [];
    if (answer.status === 0 || answer.status >= 500 || answer.status === 409) return [];
    const code = body === first.get(name) ? 'idempotency_key_expired' : 'idempotency_key_reused';
    const right = answer.status === ANSWERS[action] && (action !== 'create' || answer.outcome === code);
    return right ? [] : [`${name} was erased, then ${action} was answered ${answer.status} ${answer.outcome ?? ''}`];
  });
}
