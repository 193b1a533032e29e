import type { Evidence } from '../evidence/evidence.js';
import { grouped } from './grouped.js';
import type { Violation } from './violation.js';

/** What was acknowledged is kept, as it was sent; and what handlers were given, each time in the same place, is that. */
export function checkSignals(evidence: Evidence): Violation[] {
  return [...kept(evidence), ...givenOnce(evidence), ...takenOnce(evidence), ...inResults(evidence)].map((what) => ({
    promise: 'signal',
    what,
  }));
}

function kept({ history, snapshot }: Evidence): string[] {
  const present = new Set(snapshot.operations.map(({ uuid }) => uuid));
  const boxes = new Map(snapshot.signals.map((signal) => [`${signal.uuid} ${signal.key}`, signal]));
  return history
    .filter(({ action, answer, uuid }) => action === 'signal' && answer?.status === 202 && present.has(uuid ?? ''))
    .filter(({ uuid, ownKey, body }) => {
      const { payload } = JSON.parse(body ?? '{}') as { payload?: unknown };
      return JSON.stringify(boxes.get(`${uuid} ${ownKey}`)?.payload) !== JSON.stringify(payload);
    })
    .map(({ uuid, ownKey }) => `${uuid}: the signal ${ownKey} was acknowledged and is not there as it was sent`);
}

/** A handler that is run again is given what it was given before; and no signal in two places. */
function givenOnce({ effects, history }: Evidence): string[] {
  const sent = new Set(
    history.flatMap(({ action, uuid, ownKey }) => (action === 'signal' ? [`${uuid} ${ownKey}`] : [])),
  );
  const given = effects.filter(({ word }) => word === 'given');
  const differently = [...grouped(given, ({ uuid, step }) => `${uuid} ${step}`)]
    .filter(([, ofOne]) => new Set(ofOne.map(({ token }) => token)).size > 1)
    .map(([place, ofOne]) => `${place} was given ${ofOne.map(({ token }) => token).join(', ')}`);
  const signals = given.filter(({ step }) => step?.startsWith('go '));
  const often = [...grouped(signals, ({ uuid, token }) => `${uuid} ${token}`)].flatMap(([signal, ofOne]) => {
    const places = new Set(ofOne.map(({ step }) => step));
    if (!sent.has(signal)) return [`${signal} was given out and never sent`];
    return places.size > 1 ? [`${signal} was given out in ${[...places].join(' and ')}`] : [];
  });
  return [...differently, ...often];
}

function takenOnce({ snapshot }: Evidence): string[] {
  const taken = snapshot.steps.filter(({ finished, sequence }) => finished && sequence !== null);
  return [...grouped(taken, ({ uuid, sequence }) => `${uuid} ${sequence}`)]
    .filter(([, steps]) => steps.length > 1)
    .map(([signal, steps]) => `signal ${signal} was taken by ${steps.length} steps`);
}

/** An operation that waits for so many signals has succeeded with so many different ones. */
function inResults({ snapshot }: Evidence): string[] {
  return snapshot.operations.flatMap(({ uuid, result, request }) => {
    const keys = result?.['signals'];
    if (!Array.isArray(keys)) return [];
    const right = keys.length === request.input['signals'] && new Set(keys).size === keys.length;
    return right ? [] : [`${uuid} waited for ${String(request.input['signals'])} signals and got ${keys.join(', ')}`];
  });
}
