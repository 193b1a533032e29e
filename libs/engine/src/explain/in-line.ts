import { type Circumstances, type Reason, versionOf } from '@holdfast/kernel';
import { because } from './because.js';
import type { Surroundings } from './explain.js';

/** Why a due operation has not been taken: nobody is there, nobody knows it, nobody is free, or others come first. */
export function inLine(
  { operation, typeVersion }: Circumstances,
  { traffic, aheadMax }: Pick<Surroundings, 'traffic' | 'aheadMax'>,
): [Reason, ...Reason[]] {
  if (!traffic || traffic.live === 0) return [because('no_worker', {})];
  const { type } = operation;
  const { live, knowType, knowLane, slots, held, ahead, lanes } = traffic;
  if (knowType === 0) return [because('no_worker_for_type', { type, workers: live })];
  if (knowLane === 0) {
    return [because('no_worker_for_version', { type, version: typeVersion, known: lanes.map(versionOf) })];
  }
  const others = ahead > 0 ? [because('in_line', { ahead, isExact: ahead < aheadMax })] : [];
  if (held >= slots) return [because('slots_busy', { slots, workers: knowLane }), ...others];
  const [first = because('about_to_start', {})] = others;
  return [first];
}
