import { expectOnly } from '../stage/check.mjs';
import { expectEnded } from '../stage/operations.mjs';
import { onStage } from '../stage/stage.mjs';
import { UNFINISHED_MAX } from './lifecycle.mjs';

const SHARE = 0.8;
const CONNECTIONS = 256;
/** The heap still grows to its working size in the first part, which is left out of the slope. */
const SETTLING_SHARE = 0.2;
const MIB = 2 ** 20;

/** Long and steady: does it stay quick, and does its memory stay flat? */
export const soak = {
  name: 'soak',
  title: 'Soak: created, run and finished at 80 % of peak in one process',
  note: 'The peak is measured before, on the same process. Requests come at their times whether or not earlier ones are answered. The slope is a line through the memory of each second after the first fifth.',
  asked: /** @type {const} */ ('soak'),
  columns: [
    { key: 'perSecond', title: 'accepted per second' },
    { key: 'peak', title: 'peak' },
    { key: 'p50', title: 'create p50 ms', digits: 2 },
    { key: 'p99', title: 'create p99 ms', digits: 2 },
    { key: 'loopDelayP99Ms', title: 'event-loop delay p99 ms', digits: 1 },
    { key: 'rssMib', title: 'RSS at the end MiB' },
    { key: 'slopeMibPerHour', title: 'RSS slope MiB/h', digits: 1 },
    { key: 'unsent', title: 'not sent' },
  ],
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => [
    { name: 'Holdfast', measure: () => measureSoak(stage) },
  ],
};

/** @param {import('../stage/stage.mjs').Stage} stage */
function measureSoak(stage) {
  const { windowMs, warmUpMs, soakMs } = stage.options;
  return onStage(stage, async ({ database, loader, holdfast }) => {
    const { child, port } = await holdfast();
    const load = { plan: 'create', type: 'bench.noop', port, warmUpMs };
    const before = await loader.ask('closed', { ...load, windowMs, connections: 64, unfinishedMax: UNFINISHED_MAX });
    const accepted = expectOnly(before, 202);
    await expectEnded(database, { succeeded: accepted });
    const peak = before.finishedPerSecond;
    child.tell('begin');
    child.vitals.length = 0;
    const spec = { ...load, windowMs: soakMs, connections: CONNECTIONS, perSecond: SHARE * peak };
    const report = await loader.ask('open', spec, soakMs + 120_000);
    const { vitals } = child;
    await expectEnded(database, { succeeded: accepted + expectOnly(report, 202) });
    const settled = vitals.slice(Math.floor(vitals.length * SETTLING_SHARE));
    return {
      ...report,
      peak,
      loopDelayP99Ms: vitals.at(-1)?.loopDelayP99Ms ?? 0,
      rssMib: (vitals.at(-1)?.rssBytes ?? 0) / MIB,
      slopeMibPerHour: (slope(settled.map(({ rssBytes }) => rssBytes)) * 3600) / MIB,
    };
  });
}

/** Of the line through values one second apart, by least squares. @param {readonly number[]} values */
function slope(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const together = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  return together / values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
}
