/** A figure over all repetitions. @typedef {{ median: number, min: number, max: number }} Figure */

/** @param {readonly number[]} values @returns {Figure} */
export function figure(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
  return { median, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

/**
 * One table: a row a contender, a figure a column, and the ratio of the first column to that of the base, taken within
 * each repetition, because both were measured within the same minute there.
 *
 * @param {import('../workloads/index.mjs').Workload} workload
 * @param {readonly { workload: string, contender: string, repetition: number, values: Record<string, number> }[]} measured
 */
export function summarize({ name, title, note, columns, base }, measured) {
  const mine = measured.filter(({ workload }) => workload === name);
  const first = columns[0]?.key ?? '';
  const baseOf = (/** @type {number} */ repetition) =>
    mine.find((m) => m.contender === base && m.repetition === repetition)?.values[first];
  const rows = [...new Set(mine.map(({ contender }) => contender))].map((contender) => {
    const own = mine.filter((m) => m.contender === contender);
    const figures = Object.fromEntries(
      columns.map(({ key }) => [key, figure(own.flatMap(({ values }) => values[key] ?? []))]),
    );
    const ratios = own.flatMap(({ repetition, values }) => {
      const compared = baseOf(repetition);
      return compared === undefined ? [] : [(values[first] ?? 0) / compared];
    });
    return { contender, figures, ratio: ratios.length > 0 ? figure(ratios) : null };
  });
  return { name, title, note, base: base ?? null, columns, rows };
}

/** @typedef {ReturnType<typeof summarize>} Table */
