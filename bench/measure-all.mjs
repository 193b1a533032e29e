/** One measurement. @typedef {{ workload: string, contender: string, repetition: number, values: Record<string, any> }} Measured */

/**
 * Everybody once in each repetition, and one repetition after the other: what disturbs the machine for a minute then
 * meets all alike. Every other time the other way round, so that nobody is always first. One that breaks is told, and
 * the others are still measured.
 *
 * @param {readonly import('./workloads/index.mjs').Workload[]} workloads
 * @param {import('./stage/stage.mjs').Stage} stage
 */
export async function measureAll(workloads, stage) {
  const measured = /** @type {Measured[]} */ ([]);
  const failures = /** @type {string[]} */ ([]);
  const { repetitions } = stage.options;
  const attempt = async (/** @type {string} */ title, /** @type {() => Promise<void>} */ work) => {
    try {
      await work();
    } catch (error) {
      console.error(`${title}:`, error);
      failures.push(`${title}: ${reason(error)}`);
    }
  };
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    for (const workload of workloads.filter(({ asked }) => asked === undefined || repetition === 1)) {
      const title = `${workload.name} ${repetition}/${repetitions}`;
      await attempt(title, async () => {
        const contenders = await workload.contenders(stage);
        for (const { name, measure } of repetition % 2 === 0 ? contenders.toReversed() : contenders) {
          await attempt(`${title} ${name}`, async () => {
            const values = await measure();
            measured.push({ workload: workload.name, contender: name, repetition, values });
            const [first] = workload.columns;
            console.log(
              `${title} ${name}: ${first === undefined ? '' : values[first.key]?.toFixed(first.digits ?? 0)}`,
            );
          });
        }
      });
    }
  }
  return { measured, failures };
}

/** The first line says it; what a process printed follows it. @param {unknown} error */
function reason(error) {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
