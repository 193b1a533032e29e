import { isRefusal } from '@holdfast/kernel';
import { type Metrics, outcomeOfRefusal } from '@holdfast/telemetry';
import type { RunOnceDecision } from '@holdfast/engine';

/** Counts what becomes of the key of a request to an idempotent route. Passes on what `decide` gives or throws. */
export async function countDecision(
  metrics: Pick<Metrics, 'add'> | undefined,
  decide: () => Promise<RunOnceDecision>,
): Promise<RunOnceDecision> {
  try {
    const decision = await decide();
    metrics?.add('routeRequests', [decision.kind === 'run' ? 'created' : 'replayed']);
    return decision;
  } catch (error) {
    metrics?.add('routeRequests', [(isRefusal(error) && outcomeOfRefusal(error)) || 'unavailable']);
    throw error;
  }
}
