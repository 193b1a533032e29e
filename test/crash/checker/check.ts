import type { Evidence } from '../evidence/evidence.js';
import { checkAnswers } from './answers.js';
import { checkCalls } from './calls.js';
import { checkCancels } from './cancels.js';
import { checkEnds } from './ends.js';
import { checkErasures } from './erasures.js';
import { checkKeys } from './keys.js';
import { checkLifecycle } from './lifecycle.js';
import { checkOutcomes } from './outcomes.js';
import { checkResumes } from './resumes.js';
import { checkSignals } from './signals.js';
import { checkTenants } from './tenants.js';
import type { Violation } from './violation.js';
import { checkWorkers } from './workers.js';

const CHECKS = [
  checkKeys,
  checkLifecycle,
  checkEnds,
  checkOutcomes,
  checkWorkers,
  checkTenants,
  checkCancels,
  checkResumes,
  checkSignals,
  checkCalls,
  checkErasures,
  checkAnswers,
];

/** Every promise that the evidence shows broken; none when all were kept. Hardly more than linear in what it is given. */
export function check(evidence: Evidence): Violation[] {
  return CHECKS.flatMap((each) => each(evidence));
}
