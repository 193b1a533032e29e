import type { Evidence } from '../evidence/evidence.js';
import { canaryOf } from '../stage/tenants.js';
import type { Violation } from './violation.js';

/** I8: every tenant has a canary in each of its inputs, which no other tenant may ever be told. */
export function checkTenants({ history, snapshot }: Evidence): Violation[] {
  const owners = new Map(snapshot.operations.map(({ uuid, tenant }) => [uuid, tenant]));
  const told = history
    .filter(({ tenant, answer }) => answer?.outcome?.includes('canary-') && !answer.outcome.includes(canaryOf(tenant)))
    .map(({ tenant, key }) => `${tenant} was told another tenant's outcome for ${key}`);
  const probed = history
    .filter(({ action, answer }) => action === 'probe' && answer !== null && ![0, 404, 503].includes(answer.status))
    .map(({ tenant, uuid, answer }) => `${tenant} asked for ${uuid} and was answered ${answer?.status}`);
  const owned = history
    .filter(({ tenant, answer }) => answer?.uuid && (owners.get(answer.uuid) ?? tenant) !== tenant)
    .map(({ tenant, answer }) => `${tenant} was given ${answer?.uuid}`);
  const stored = snapshot.operations
    .filter(({ tenant, request }) => request.input['canary'] !== canaryOf(tenant))
    .map(({ uuid, tenant }) => `${uuid} of ${tenant} holds what another one sent`);
  return [...told, ...probed, ...owned, ...stored].map((what) => ({ promise: 'I8', what }));
}
