/** How often an idle system is asked. @param {import('../stage/stage.mjs').Stage} stage */
export function idleSpec({ options }) {
  return { count: Math.round(200 * options.scale), everyMs: 50, type: 'bench.stamp' };
}
