import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aligned, tableText } from './markdown.mjs';

const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

/**
 * Everything of one run.
 *
 * @typedef {object} Report
 * @property {string} date as in ISO 8601
 * @property {Record<string, string | number>} machine
 * @property {Record<string, string>} postgresql settings of the server
 * @property {Record<string, string>} service settings of Holdfast that are not its defaults
 * @property {string} version of Holdfast
 * @property {{ repetitions: number, windowMs: number, warmUpMs: number }} method
 * @property {{ name: string, package: string, version: string, lacks: string }[]} peers
 * @property {import('./summary.mjs').Table[]} tables
 * @property {string[]} remarks what was left out, and why
 */

/** The report as a reader sees it. @param {Report} report */
export function reportText(report) {
  const { date, machine, postgresql, service, version, peers, method, tables, remarks } = report;
  const list = (/** @type {Record<string, string | number>} */ facts) =>
    Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const facts = aligned(
    [
      ['what', 'value'],
      ['date', date.slice(0, 10)],
      ['machine', `${machine.cpu}, ${machine.cores} CPUs, ${machine.memoryGib} GiB, ${machine.system}`],
      ['load before the run', String(machine.loadBefore)],
      ['Node.js', String(machine.node)],
      ['PostgreSQL', list(postgresql)],
      ['Holdfast', list({ version, ...service })],
      ['peers', peers.map((peer) => `${peer.package} ${peer.version}`).join(', ') || 'none'],
      ['method', `${method.repetitions} × ${method.windowMs / 1000} s after ${method.warmUpMs / 1000} s, interleaved`],
    ],
    'words',
  );
  const left = remarks.length === 0 ? '' : `\n\n${remarks.map((remark) => `- ${remark}`).join('\n')}`;
  const told = peers.length === 0 ? '' : `\n\n${peersText(peers)}`;
  return `${facts}${left}\n\n${tables.map(tableText).join('\n\n')}${told}`;
}

/** @param {Report['peers']} peers */
function peersText(peers) {
  const lines = peers.map(({ name, lacks }) => `- **${name}**: ${lacks}`);
  return `### What to know of the peers\n\nEach is used as its documentation advises for speed, with a pool of 20 connections where it takes one.\n\n${lines.join('\n')}`;
}

/** Writes the dated JSON and puts the tables between the markers of the page. @param {string} root @param {Report} report */
export function writeReport(root, report) {
  const file = join(root, 'bench', 'results', `${report.date.slice(0, 10)}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  const page = join(root, 'docs', 'reference', 'performance.md');
  const text = readFileSync(page, 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(page, `${before}${BEGIN}\n\n${reportText(report)}\n\n${END}${after}`);
  return [file, page];
}
