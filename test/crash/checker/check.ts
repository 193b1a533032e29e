import type { Evidence } from '../evidence/evidence.js';
import { checkKeys } from './keys.js';
import { checkLifecycle } from './lifecycle.js';
import { checkTenants } from './tenants.js';
import type { Violation } from './violation.js';
import { checkWorkers } from './workers.js';

/** Every promise that the evidence shows broken; none when all were kept. Linear in what it is given. */
export function check(evidence: Evidence): Violation[] {
  return [...checkKeys(evidence), ...checkLifecycle(evidence), ...checkWorkers(evidence), ...checkTenants(evidence)];
}
