/**
 * Takes and releases a data folder again and again, for as many milliseconds as the second argument says, and counts
 * what happened. A file that must not exist yet shows whether somebody else held the folder at the same time.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDataFolder } from './data-folder.js';
import { takeOwnership } from './ownership.js';

const folder = await openDataFolder(process.argv[2] ?? '');
const marker = join(folder.root, 'held');
const counts = { held: 0, refused: 0, overlaps: 0 };

for (const end = Date.now() + Number(process.argv[3]); Date.now() < end; await delay(Math.random() * 2)) {
  const ownership = await takeOwnership(folder).catch(() => null);
  if (ownership === null) {
    counts.refused++;
    continue;
  }
  counts.held++;
  await writeFile(marker, '', { flag: 'wx' }).catch(() => counts.overlaps++);
  await delay(Math.random() * 2);
  await rm(marker, { force: true });
  await ownership.release();
}
process.stdout.write(JSON.stringify(counts));
