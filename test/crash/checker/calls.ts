import type { Evidence } from '../evidence/evidence.js';
import { grouped } from './grouped.js';
import type { Violation } from './violation.js';

/** A handler of this test calls once: there is one child at most, and its outcome is part of its parent's. */
export function checkCalls({ snapshot }: Evidence): Violation[] {
  const children = grouped(snapshot.operations, ({ parent }) => parent);
  const many = [...children]
    .filter(([, ofOne]) => ofOne.length > 1)
    .map(([parent, ofOne]) => `the call of ${parent} created ${ofOne.map(({ uuid }) => uuid).join(', ')}`);
  const different = snapshot.operations
    .filter(({ status, request }) => status === 'succeeded' && 'calls' in request.input)
    .flatMap(({ uuid, result }) => {
      const child = children.get(uuid)?.[0];
      const outcome = child?.error ? child.error.code : child?.result;
      const told = result?.['child'];
      if (JSON.stringify(told) === JSON.stringify(outcome)) return [];
      return [`${uuid} was told ${JSON.stringify(told)} by its call, which came to ${JSON.stringify(outcome)}`];
    });
  return [...many, ...different].map((what) => ({ promise: 'child', what }));
}
