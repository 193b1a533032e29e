// Where a measured process has spent its time, by room and package, from a profile that `npm run bench -- --profile` wrote:
//   node bench/where-time-goes.mjs .holdfast/bench-profiles/CPU.….cpuprofile [seconds to leave out at the beginning]
// A profile is taken by the clock: what the kernel does in a write, and whom it lets run before the write returns, counts
// for the write.
import { readFileSync } from 'node:fs';
import { aligned } from './report/markdown.mjs';

/** @typedef {{ id: number, callFrame: { functionName: string, url: string }, children?: number[] }} Node */

const [file, leftOut = '2'] = process.argv.slice(2);
if (file === undefined) throw new TypeError('which profile?');
/** @type {{ nodes: Node[], samples: number[], timeDeltas: number[] }} */
const profile = JSON.parse(readFileSync(file, 'utf8'));
const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));

const spent = /** @type {Map<string, number>} */ (new Map());
let at = 0;
profile.samples.forEach((id, index) => {
  const took = profile.timeDeltas[index] ?? 0;
  at += took;
  const owner = at < Number(leftOut) * 1_000_000 ? null : ownerOf(id);
  if (owner !== null) spent.set(owner, (spent.get(owner) ?? 0) + took);
});
const busy = [...spent.values()].reduce((sum, one) => sum + one, 0);
const rows = [...spent]
  .toSorted(([, one], [, other]) => other - one)
  .map(([owner, took]) => [owner, `${((100 * took) / busy).toFixed(1)} %`])
  .slice(0, 30);
console.log(aligned([['where', 'share'], ...rows], 'figures'));

/** Whose line it is; what is native belongs to the nearest caller that is not. Null while nothing is done. @param {number} id */
function ownerOf(id) {
  const { functionName } = nodes.get(id)?.callFrame ?? { functionName: '(idle)' };
  if (functionName === '(idle)') return null;
  if (functionName === '(garbage collector)') return 'garbage collection';
  const native = roomOf(id) === null;
  for (let one = /** @type {number | undefined} */ (id); one !== undefined; one = parents.get(one)) {
    const room = roomOf(one);
    if (room !== null) return native && /write/i.test(functionName) ? `writes to a socket, by ${writerOf(one)}` : room;
  }
  return 'Node.js itself';
}

/** Who sends: an answer to a client, or a statement to PostgreSQL. @param {number} id */
function writerOf(id) {
  for (let one = /** @type {number | undefined} */ (id); one !== undefined; one = parents.get(one)) {
    const { url } = nodes.get(one)?.callFrame ?? { url: '' };
    if (/node_modules\/pg\//.test(url)) return 'pg';
    if (/_http_outgoing/.test(url)) return 'HTTP';
  }
  return 'others';
}

/** @param {number} id */
function roomOf(id) {
  const { url } = nodes.get(id)?.callFrame ?? { url: '' };
  if (url === '') return null;
  if (url.startsWith('node:')) return url.replace(/^node:(internal\/)?/, 'node:').split('/')[0] ?? url;
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const [, room] = /((?:libs|apps)\/[^/]+)\/dist\//.exec(url) ?? [];
  return name ?? room ?? 'others';
}
