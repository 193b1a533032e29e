// npm run test:power-cut: cuts the power of a disk under load, again and again, and looks for acknowledged creates that
// are gone. A kill of PostgreSQL cannot show this, because the system keeps what was written. With unsafe settings the
// same must lose something, or the test could not find anything. `-- --cuts 20` for more.
import { parseArgs } from 'node:util';
import { cutPower } from './cut-power.js';
import { canMount } from './disk.js';

const { values } = parseArgs({ options: { cuts: { type: 'string', default: '5' } } });

/** Without the writer of the log that forces it to disk soon after, however little waits for it. */
const UNSAFE = { synchronous_commit: 'off', wal_writer_delay: '10s' };

const CASES = [
  { name: 'safe settings', settings: {}, cuts: Number(values.cuts), safe: true },
  { name: 'synchronous_commit = off', settings: UNSAFE, cuts: 1, safe: false },
] as const;

if (canMount()) {
  const figures = [];
  for (const { name, settings, cuts, safe } of CASES) {
    const { acknowledged, lost } = await cutPower({ settings, cuts });
    figures.push({ settings: name, cuts, acknowledged, lost });
    if (safe ? lost > 0 : lost === 0) process.exitCode = 1;
  }
  console.table(figures);
} else {
  process.stderr.write(
    'power-cut: NOT CHECKED, because mounting a disk of our own needs Linux, root and loop devices.\n',
  );
}
