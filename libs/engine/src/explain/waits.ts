import type { Children, Circumstances, OpenStep, Reason, Waiting } from '@holdfast/kernel';
import { dateAt, maybeDateAt } from '../timeline/moment.js';
import { because } from './because.js';

/**
 * Everything a sleeping handler waits for: the row names one wait, the one that put it to sleep, and its steps know the
 * others. The one the row names comes first.
 */
export function openWaits(
  { operation, openSteps, asOf }: Circumstances,
  waiting: Waiting,
  children: Children,
): [Reason, ...Reason[]] {
  const isNamed = ({ kind, name }: OpenStep) => KINDS[waiting.reason] === kind && name === waiting.name;
  const open = openSteps.filter(({ kind, dueAt }) => kind !== 'sleep' || dueAt === null || dateAt(dueAt) > asOf);
  const ordered = [...open.filter(isNamed), ...open.filter((step) => !isNamed(step))];
  const [first = fromRow(waiting, operation.runAt), ...others] = ordered.flatMap((step) => reasonOf(step, children));
  return [first, ...others];
}

const KINDS: Readonly<Partial<Record<Waiting['reason'], OpenStep['kind']>>> = {
  timer: 'sleep',
  signal: 'signal',
  child: 'call',
};

function reasonOf({ kind, name, dueAt, childUuid }: OpenStep, children: Children): Reason[] {
  const until = maybeDateAt(dueAt);
  if (kind === 'sleep') return until === null ? [] : [because('waiting_for_timer', { name, until })];
  if (kind === 'signal') return [because('waiting_for_signal', { name, until })];
  if (kind !== 'call') return [];
  const called = childUuid === null ? undefined : children.get(childUuid);
  const child = called ? { id: called.id, type: called.type, status: called.status } : null;
  return [because('waiting_for_child', { name, until, child })];
}

function fromRow({ reason, name, until }: Waiting, runAt: Date): Reason {
  if (reason === 'signal') return because('waiting_for_signal', { name, until });
  if (reason === 'child') return because('waiting_for_child', { name, until, child: null });
  return because('waiting_for_timer', { name, until: runAt });
}
