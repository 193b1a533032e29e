import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const BENCH = join(import.meta.dirname, '..');
const PEERS = join(BENCH, 'peers');

/**
 * The peers to measure, with the versions that are installed; installs them the first time. Those that lack something
 * are left out, and `remarks` says why.
 *
 * @param {readonly string[] | null} wanted their ids; null for all
 */
export async function choosePeers(wanted) {
  const remarks = /** @type {string[]} */ ([]);
  if (wanted?.length === 0) return { peers: [], remarks };
  install();
  const { PEERS: known } = await import(join(PEERS, 'index.mjs'));
  const strangers = wanted?.filter((id) => !(id in known)) ?? [];
  if (strangers.length > 0) throw new TypeError(`No such peer: ${strangers.join(', ')}`);
  const peers = [];
  for (const id of wanted ?? Object.keys(known)) {
    const peer = await known[id]();
    if (peer.needs !== undefined && !process.env[peer.needs.variable]) {
      remarks.push(`${peer.name} was not measured: ${peer.needs.why}`);
      continue;
    }
    const manifest = join(BENCH, 'node_modules', peer.package, 'package.json');
    peers.push({ ...peer, id, version: JSON.parse(readFileSync(manifest, 'utf8')).version });
  }
  return { peers, remarks };
}

/** A root `npm ci` stays light: only who compares pays for what is compared. */
function install() {
  if (existsSync(join(BENCH, 'node_modules', '.package-lock.json'))) return;
  console.log('Installing the peers in bench/ …');
  const { status } = spawnSync('npm', ['ci', '--prefix', BENCH, '--ignore-scripts', '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('The peers could not be installed; --no-peers measures without them.');
}
