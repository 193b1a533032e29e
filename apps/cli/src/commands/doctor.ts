import type { Command } from 'commander';
import type { Context } from '../context.js';
import { lookAtDatabase } from '../doctor/database-findings.js';
import { type Finding, LEVEL_LOOK, ok } from '../doctor/finding.js';
import { lookAtService } from '../doctor/service-findings.js';
import { EXIT } from '../outcome/exit-code.js';
import { openSession } from '../session.js';
import { databaseUrl, databaseWay } from '../settings/database.js';
import { type Environment, variable } from '../settings/environment.js';
import { retentionWindows } from '../settings/retention.js';
import type { Terminal } from '../terminal/terminal.js';
import { version } from '../version.js';

const EXAMPLES = `
Examples:
  holdfast doctor                                # beside holdfast dev: looks into its database, too
  DATABASE_URL=postgres://… holdfast doctor      # into this one
  holdfast doctor --json | jq 'select(.level != "ok")'

Exit code 1 when there is a problem; warnings alone are 0.`;

/** The database that a `holdfast dev` of this folder runs; null when none does. */
async function embeddedUrl(from: Environment): Promise<string | null> {
  const { findEmbeddedPostgres } = await import('@holdfast/embedded');
  return findEmbeddedPostgres(variable(from, 'HOLDFAST_DATA_DIR') ?? '.holdfast');
}

/** `holdfast doctor`: what is wrong, and what to do about it. */
export function addDoctor({ root, terminal, act }: Context): void {
  root
    .command('doctor')
    .description('find out what is wrong with a service and its database, and what to do about it')
    .option('--database <url>', 'the database to look into (DATABASE_URL)')
    .addHelpText('after', EXAMPLES)
    .action(({ database }: { database?: string }, command: Command) =>
      act(command, async () => {
        const url = databaseUrl(database, terminal.environment) ?? (await embeddedUrl(terminal.environment));
        const windows = await retentionWindows(terminal.environment);
        const session = openSession(command, terminal);
        const print = (finding: Finding) => {
          if (session.json) terminal.print(JSON.stringify(finding));
          else for (const line of findingLines(finding, terminal)) terminal.print(line);
        };
        const own = ok('versions', `holdfast ${version()} on Node ${process.versions.node}.`);
        print(own);
        const { findings, types } = await lookAtService(session);
        for (const finding of findings) print(finding);
        const way = url === null ? null : databaseWay(url, terminal.environment);
        const inside = way === null ? [] : await lookAtDatabase(way, types, windows);
        for (const finding of inside) print(finding);
        if (url === null)
          terminal.say(
            'The database was not looked into: give --database or DATABASE_URL, or come to the folder of `holdfast dev`.',
          );
        return [...findings, ...inside].some(({ level }) => level === 'problem') ? EXIT.failed : EXIT.ok;
      }),
    );
}

function findingLines({ level, about, text, remedy }: Finding, terminal: Terminal): string[] {
  const { sign, style } = LEVEL_LOOK[level];
  const head = `${terminal.paint(style, `${sign} ${level.padEnd(7)}`)}  ${about.padEnd(10)}  ${text}`;
  return remedy === null ? [head] : [head, `${' '.repeat(23)}→ ${remedy}`];
}
