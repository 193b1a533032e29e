// What the service runs while it is measured: work that takes no time, so that only ours is seen.
import { nowUs, ran } from '../stage/witness.mjs';

export default {
  'bench.noop': {
    run() {
      ran();
      return null;
    },
  },

  'bench.steps': {
    async run(op) {
      ran();
      for (let step = 1; step <= 10; step += 1) await op.step(`step ${step}`, () => step);
      return null;
    },
  },

  /** Says when it began, on the clock that all processes of the machine share. */
  'bench.stamp': {
    run() {
      const beganUs = nowUs();
      ran();
      return { beganUs };
    },
  },

  /** Says how late it went on after its sleep. The moment is one of the wall clock, and so is the answer. */
  'bench.sleeper': {
    async run(op) {
      ran();
      await op.sleepUntil('nap', new Date(op.input.wakeAtMs));
      return { lateMs: Date.now() - op.input.wakeAtMs };
    },
  },

  /** Fails for good when it is asked to. */
  'bench.mixed': {
    run(op) {
      ran();
      if (op.input.fail) throw op.fail('declined', 'Asked to fail.', { effect: 'none' });
      return { ok: true };
    },
  },
};
