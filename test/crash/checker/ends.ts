import type { Evidence } from '../evidence/evidence.js';
import type { Exchange } from '../evidence/exchange.js';
import { grouped } from './grouped.js';
import { isEnd, type Sight, sightOf, sightOfRow } from './sights.js';
import type { Violation } from './violation.js';

/**
 * I6: of one version every reader sees the same, the row included; nobody sees an older one than an answer before his
 * request told of; and after an end there is nothing, but for the version to which a resume led.
 */
export function checkEnds(evidence: Evidence): Violation[] {
  return [...oneStory(evidence), ...neverBackwards(evidence)];
}

function oneStory({ history, snapshot }: Evidence): Violation[] {
  const resumed = new Set(snapshot.resumes.map(({ uuid, version }) => `${uuid} ${version}`));
  // Of what has been erased, only the clients know that they asked for it.
  const erased = new Set(snapshot.tombstones.map(({ uuid }) => uuid));
  const asked = new Set(history.filter(({ action }) => action === 'resume').map(({ uuid }) => uuid));
  const mayGoOn = ({ uuid, version, status }: Sight) =>
    status === 'failed' && (erased.has(uuid) ? asked.has(uuid) : resumed.has(`${uuid} ${version + 1}`));
  const seen = history.map(sightOf).filter((sight) => sight !== null);
  const sights = [...seen, ...snapshot.operations.map(sightOfRow)];
  return [...grouped(sights, ({ uuid }) => uuid)].flatMap(([uuid, ofOne]) => {
    const inOrder = ofOne.toSorted((one, other) => one.version - other.version);
    return inOrder.slice(1).flatMap((later, n) => {
      const earlier = inOrder[n] as Sight;
      const same = earlier.version === later.version;
      const broken = same ? earlier.text !== later.text : isEnd(earlier) && !mayGoOn(earlier);
      if (!broken) return [];
      const what = `${uuid} was ${earlier.text} in version ${earlier.version}, then ${later.text} in ${later.version}`;
      return [{ promise: 'I6' as const, what }];
    });
  });
}

function neverBackwards({ history }: Evidence): Violation[] {
  const newest = new Map<string, number>();
  const sent = new Map<Exchange, number>();
  const moments = history.flatMap((exchange) => [
    { at: exchange.sentAt, exchange, isAnswer: false },
    { at: exchange.answeredAt, exchange, isAnswer: true },
  ]);
  return moments
    .toSorted((one, other) => one.at - other.at)
    .flatMap(({ exchange, isAnswer }) => {
      const sight = sightOf(exchange);
      if (sight === null) return [];
      const { uuid, version } = sight;
      if (!isAnswer) {
        sent.set(exchange, newest.get(uuid) ?? 0);
        return [];
      }
      newest.set(uuid, Math.max(newest.get(uuid) ?? 0, version));
      const known = sent.get(exchange) ?? 0;
      if (version >= known) return [];
      return [{ promise: 'I6' as const, what: `${uuid} was seen in version ${known}, later in version ${version}` }];
    });
}
