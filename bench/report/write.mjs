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
 * @property {Record<string, string>} versions of what was measured
 * @property {{ repetitions: number, windowMs: number, warmUpMs: number }} method
 * @property {import('./summary.mjs').Table[]} tables
 * @property {string[]} remarks what was left out, and why
 */

/** The report as a reader sees it. @param {Report} report */
export function reportText(report) {
  const { date, machine, postgresql, service, versions, method, tables, remarks } = report;
  const list = (/** @type {Record<string, string | number>} */ facts) =>
    Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const facts = aligned([
    ['what', 'value'],
    ['date', date.slice(0, 10)],
    ['machine', `${machine.cpu}, ${machine.cores} CPUs, ${machine.memoryGib} GiB, ${machine.system}`],
    ['load before the run', String(machine.loadBefore)],
    ['Node.js', String(machine.node)],
    ['PostgreSQL', list(postgresql)],
    ['Holdfast', list(service)],
    ['versions', list(versions)],
    ['method', `${method.repetitions} × ${method.windowMs / 1000} s after ${method.warmUpMs / 1000} s, interleaved`],
  ]).replaceAll(/-:/g, '--');
  const left = remarks.length === 0 ? '' : `\n\n${remarks.map((remark) => `- ${remark}`).join('\n')}`;
  return `${facts}${left}\n\n${tables.map(tableText).join('\n\n')}`;
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
