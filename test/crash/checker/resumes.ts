import type { Evidence } from '../evidence/evidence.js';
import type { Violation } from './violation.js';
import { grouped } from './grouped.js';

/** Every resume was asked for, each key resumed once, and what was acknowledged is recorded. */
export function checkResumes({ history, snapshot }: Evidence): Violation[] {
  const asked = history.filter(({ action }) => action === 'resume');
  const keys = new Map([...grouped(asked, ({ uuid }) => uuid)].map(([uuid, of]) => [uuid, new Set(of.map(keyOf))]));
  const present = new Set(snapshot.operations.map(({ uuid }) => uuid));
  const recorded = grouped(snapshot.resumes, ({ uuid }) => uuid);
  const tooMany = [...recorded].flatMap(([uuid, resumes]) => {
    const known = keys.get(uuid) ?? new Set();
    const used = new Set(resumes.map(({ key }) => key));
    if (used.size === resumes.length && [...used].every((key) => key !== null && known.has(key))) return [];
    return [
      `${uuid} was resumed with ${resumes.map(({ key }) => key).join(', ')}, asked with ${[...known].join(', ')}`,
    ];
  });
  const lost = asked
    .filter(({ answer, uuid }) => answer?.status === 202 && present.has(uuid ?? ''))
    .filter((exchange) => !recorded.get(exchange.uuid ?? '')?.some(({ key }) => key === keyOf(exchange)))
    .map((exchange) => `${exchange.uuid} was said to be resumed with ${keyOf(exchange)}, which is not recorded`);
  return [...tooMany, ...lost].map((what) => ({ promise: 'resume', what }));
}

function keyOf({ ownKey }: { readonly ownKey: string | null }): string {
  return ownKey ?? '';
}
