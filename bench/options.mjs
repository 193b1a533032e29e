import { join } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench [-- <options>]

  --quick             short windows, one repetition, no peers
  --only a,b          only these workloads (see --list)
  --no-peers          Holdfast and the floors alone
  --peers a,b         only these peers
  --repetitions n     how often everything is measured (3)
  --seconds n         length of a measured window (5)
  --large             the tables also hold 10 million finished operations
  --soak [--minutes n]   80 % of peak for 10 minutes, beside what is selected
  --overload          three times the peak, beside what is selected
  --data folder       where its PostgreSQL keeps its data (.holdfast/bench)
  --profile           CPU profiles of every Holdfast process in .holdfast/bench-profiles
  --write             write the results also after --quick or --only, which otherwise only print them
  --list              the names of the workloads`;

/**
 * Reads the command line. Throws a TypeError on what it does not know. Lengths in ms.
 *
 * @param {readonly string[]} args
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      peers: { type: 'string' },
      'no-peers': { type: 'boolean', default: false },
      repetitions: { type: 'string' },
      seconds: { type: 'string' },
      minutes: { type: 'string', default: '10' },
      large: { type: 'boolean', default: false },
      soak: { type: 'boolean', default: false },
      overload: { type: 'boolean', default: false },
      data: { type: 'string', default: join(import.meta.dirname, '..', '.holdfast', 'bench') },
      profile: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  return {
    ...values,
    only: names(values.only),
    // A list of peers asks for peers, whatever else was said.
    peers: values.peers === undefined ? (quick || values['no-peers'] ? [] : null) : names(values.peers),
    write: values.write || (!quick && values.only === undefined),
    repetitions: whole('repetitions', values.repetitions ?? (quick ? '1' : '3')),
    windowMs: 1000 * whole('seconds', values.seconds ?? (quick ? '2' : '5')),
    warmUpMs: quick ? 500 : 1000,
    soakMs: 60_000 * whole('minutes', values.minutes),
    /** How much smaller the backlogs of a quick run are. */
    scale: quick ? 0.25 : 1,
  };
}

/** @typedef {ReturnType<typeof readOptions>} Options */

/** @param {string | undefined} list */
function names(list) {
  return list === undefined ? null : list.split(',').map((name) => name.trim());
}

/** @param {string} name @param {string} text */
function whole(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new TypeError(`--${name} takes a whole number from 1, not "${text}"`);
  return value;
}
