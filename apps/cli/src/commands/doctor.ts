import type { Command } from 'commander';
import type { Context } from '../context.js';
import { lookAtDatabase } from '../doctor/database-findings.js';
import { type Finding, LEVEL_LOOK, ok } from '../doctor/finding.js';
import { lookAtService } from '../doctor/service-findings.js';
import { EXIT } from '../outcome/exit-code.js';
import { openSession } from '../session.js';
import { databaseUrl } from '../settings/database.js';
import type { Terminal } from '../terminal/terminal.js';
import { version } from '../version.js';

const EXAMPLES = `
Examples:
  holdfast doctor
  DATABASE_URL=postgres://… holdfast doctor      # looks into the database, too
  holdfast doctor --json | jq 'select(.level != "ok")'

Exit code 1 when there is a problem; warnings alone are 0.`;

/** `holdfast doctor`: what is wrong, and what to do about it. */
export function addDoctor({ root, terminal, act }: Context): void {
  root
    .command('doctor')
    .description('find out what is wrong with a service and its database, and what to do about it')
    .option('--database <url>', 'the database to look into (DATABASE_URL)')
    .addHelpText('after', EXAMPLES)
    .action(({ database }: { database?: string }, command: Command) =>
      act(command, async () => {
        const url = databaseUrl(database, terminal.environment);
        const session = openSession(command, terminal);
        const print = (finding: Finding) => {
          if (session.json) terminal.print(JSON.stringify(finding));
          else for (const line of findingLines(finding, terminal)) terminal.print(line);
        };
        const own = ok('versions', `holdfast ${version()} on Node ${process.versions.node}.`);
        print(own);
        const { findings, types } = await lookAtService(session);
        for (const finding of findings) print(finding);
        const inside = url === null ? [] : await lookAtDatabase(url, types);
        for (const finding of inside) print(finding);
        if (url === null) terminal.say('The database was not looked into: give --database or DATABASE_URL.');
        return [...findings, ...inside].some(({ level }) => level === 'problem') ? EXIT.failed : EXIT.ok;
      }),
    );
}

function findingLines({ level, about, text, remedy }: Finding, terminal: Terminal): string[] {
  const { sign, style } = LEVEL_LOOK[level];
  const head = `${terminal.paint(style, `${sign} ${level.padEnd(7)}`)}  ${about.padEnd(10)}  ${text}`;
  return remedy === null ? [head] : [head, `${' '.repeat(23)}→ ${remedy}`];
}
