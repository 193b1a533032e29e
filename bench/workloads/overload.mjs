import { expectOnly, expectSame } from '../stage/check.mjs';
import { statuses } from '../stage/operations.mjs';
import { onStage } from '../stage/stage.mjs';

const TIMES = 3;
const CONNECTIONS = 4_000;

/** More than it can take: is what it does take as much as before, and is a refusal nothing but a refusal? */
export const overload = {
  name: 'overload',
  title: `Overload: creates offered at ${TIMES} times the peak`,
  note: `The peak is that of 64 connections, measured before on the same process; then requests come on ${CONNECTIONS} connections, whether or not earlier ones are answered. One that finds every connection busy is not sent: its client has given up. Afterwards there are as many rows as there were 202s, so that no refused request left one, and every refusal said when to come back.`,
  asked: /** @type {const} */ ('overload'),
  columns: [
    { key: 'perSecond', title: 'accepted per second' },
    { key: 'peak', title: 'peak' },
    { key: 'goodput', title: 'goodput ratio', digits: 2 },
    { key: 'offeredPerSecond', title: 'offered per second' },
    { key: 'refused', title: 'refused' },
    { key: 'unsent', title: 'not sent' },
    { key: 'p99', title: 'p99 ms', digits: 1 },
    { key: 'clientCpu', title: 'client busy', digits: 2 },
  ],
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => [
    { name: 'Holdfast, api', measure: () => measureOverload(stage) },
  ],
};

/** @param {import('../stage/stage.mjs').Stage} stage */
function measureOverload(stage) {
  const { windowMs, warmUpMs } = stage.options;
  return onStage(stage, async ({ database, loader, holdfast }) => {
    const { port } = await holdfast('api');
    const load = { plan: 'create', type: 'bench.noop', port, warmUpMs, windowMs };
    const before = await loader.ask('closed', { ...load, connections: 64 });
    const peak = before.perSecond;
    const report = await loader.ask('open', { ...load, connections: CONNECTIONS, perSecond: TIMES * peak });
    const { 202: accepted = 0, 429: busy = 0, 503: away = 0, ...others } = report.answers;
    expectSame('other answers', others, {});
    expectSame('broken connections', report.broken, 0);
    expectSame('refusals that say when to come back', report.advised, busy + away);
    expectSame('operations', await statuses(database), { pending: expectOnly(before, 202) + accepted });
    return {
      ...report,
      peak,
      goodput: report.perSecond / peak,
      offeredPerSecond: (report.offered / (warmUpMs + windowMs)) * 1000,
      refused: busy + away,
    };
  });
}
