// Waiting: docs/guides/waiting.md.
const DAY_MS = 86_400_000;

export default {
  'order.fulfill': {
    async run(op) {
      const { lines, coolDownMs = 10_000, opensAt = null, approvalMs = DAY_MS } = op.input;

      await op.sleep('time to change one’s mind', coolDownMs);
      if (opensAt) await op.sleepUntil('the shop opens', opensAt);

      const approval = await op.waitForSignal('approval', { timeoutMs: approvalMs }).catch((error) => {
        if (error.name === 'AbortError') throw error;
        throw op.fail('not_approved', 'Nobody approved the order in time.', { effect: 'none' });
      });

      const parcels = await op.all(lines.map((line, index) => op.call(`pack line ${index + 1}`, 'parcel.pack', line)));
      return { approvedBy: approval.by, parcels };
    },
  },

  'parcel.pack': {
    idPrefix: 'pcl',
    async run(op) {
      await op.sleep('the packer is on the way', 50);
      return op.step('pack', () => `${op.input.quantity} × ${op.input.sku}`);
    },
  },

  'offer.decide': {
    async run(op) {
      const first = await Promise.race([
        op.waitForSignal('accept').then((by) => ({ accepted: true, by })),
        op.waitForSignal('decline').then((by) => ({ accepted: false, by })),
      ]);
      // Decide by what the step remembers, never by what the race says: the other answer may come in later.
      const answer = await op.step('the first answer', () => first);
      return answer;
    },
  },
};
