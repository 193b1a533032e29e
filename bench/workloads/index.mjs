import { createWorkload } from './create.mjs';
import { database } from './database.mjs';
import { drain, steps } from './drain.mjs';
import { growthWorkload } from './growth.mjs';
import { idle } from './idle.mjs';
import { lifecycle } from './lifecycle.mjs';
import { mixed } from './mixed.mjs';
import { overload } from './overload.mjs';
import { poll, replay } from './seeded.mjs';
import { sleepers } from './sleepers.mjs';
import { soak } from './soak.mjs';

/**
 * A table of the report: who is measured, and which of a measurement's members are its columns. The first column is
 * compared with the contender named `base`, where there is one.
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {string} note
 * @property {import('./rates.mjs').Column[]} columns
 * @property {string} [base]
 * @property {'soak' | 'overload' | 'large'} [asked] measured once, and only with this option
 * @property {(stage: import('../stage/stage.mjs').Stage) => Contender[] | Promise<Contender[]>} contenders
 */

/** @typedef {{ name: string, measure: () => Promise<Record<string, any>> }} Contender */

/** @type {Workload[]} */
export const WORKLOADS = [
  createWorkload(64),
  createWorkload(1),
  replay,
  poll,
  lifecycle,
  mixed,
  drain,
  steps,
  idle,
  sleepers,
  database,
  growthWorkload(1),
  growthWorkload(10, 'large'),
  soak,
  overload,
];
