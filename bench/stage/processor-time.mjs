import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc, on every Linux that runs Node. */
const TICKS = 100;

/**
 * Processor time in ms that a process, its children and those of them that have ended have taken. Unlike a rate, it
 * says the same on a machine that others use too. NaN where there is no /proc.
 *
 * @param {number} pid
 */
export function familyCpuMs(pid) {
  const family = processes().filter((process) => process.pid === pid || process.parent === pid);
  const own = family.reduce((sum, { ticks }) => sum + ticks, 0);
  const ended = family.find((process) => process.pid === pid)?.endedTicks ?? Number.NaN;
  return ((own + ended) / TICKS) * 1000;
}

function processes() {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(Number(name)) ?? []);
  } catch {
    return [];
  }
}

/** Null for a process that has ended meanwhile. @param {number} pid */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of a program may contain spaces, and stands in parentheses before everything that is counted here.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
    return { pid, parent, ticks: user + system, endedTicks: endedUser + endedSystem };
  } catch {
    return null;
  }
}
