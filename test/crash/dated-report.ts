import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, type } from 'node:os';
import { join } from 'node:path';
import { type Figures, vacuous } from './figures.js';
import { reportText } from './report.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDER = join(ROOT, 'docs', 'operations', 'crash-reports');

/** What a run was made with, for whoever wants to repeat it. */
export interface Setting {
  readonly date: string;
  readonly postgresql: string;
  readonly seeds: readonly number[];
}

/** Writes the report of a run as Markdown and, for programs, as JSON. Gives the paths of both. */
export function writeReport(figures: Figures, { date, postgresql, seeds }: Setting): string[] {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'apps', 'holdfast', 'package.json'), 'utf8')) as {
    version: string;
  };
  const versions = { holdfast: version, node: process.versions.node, postgresql };
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} CPUs, ${type()} ${release()}`;
  const facts = [
    `Holdfast ${version}, Node.js ${versions.node}, PostgreSQL ${postgresql}; ${machine}.`,
    `${seeds.length} ${seeds.length === 1 ? 'round' : 'rounds'} in ${figures.seconds} s; the first with \`TEST_SEED=${figures.seed}\`. Violations: ${figures.violations.length}.`,
    'Repeat it with `npm run test:crash -- --long`.',
  ];
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, date.slice(0, 10));
  const text = `# Crash report of ${date.slice(0, 10)}\n\n${facts.join('\n')}\n\n${reportText(figures)}\n`;
  writeFileSync(`${path}.md`, text);
  const all = { date, versions, machine, seeds, ...figures, vacuous: vacuous(figures) };
  writeFileSync(`${path}.json`, `${JSON.stringify(all, null, 2)}\n`);
  return [`${path}.md`, `${path}.json`];
}
