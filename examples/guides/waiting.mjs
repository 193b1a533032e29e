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
      const answer = await op.race('answer', {
        accepted: () => op.waitForSignal('accept'),
        declined: () => op.waitForSignal('decline'),
        expired: () => op.sleep('offer ends', op.input.offerMs),
      });
      if (answer.winner === 'expired') return { accepted: false, by: 'the clock' };
      return { accepted: answer.winner === 'accepted', by: answer.value };
    },
  },

  'refund.pay': {
    async run(op) {
      for (;;) {
        const account = await op.waitForSignal('account');
        const refund = await op
          .step('pay', () => pay(op, account), { retry: { maxAttempts: 1 } })
          .catch((error) => {
            if (error.code !== 'account_unknown') throw error;
            return null;
          });
        if (refund) return refund;
        await op.progress({ message: `There is no account ${account.number}; send another one.` });
      }
    },
  },
};

/** Stands for a bank that knows the accounts whose number begins with a C. */
function pay(op, account) {
  if (!account.number.startsWith('C')) {
    throw op.fail('account_unknown', `The bank does not know ${account.number}.`, { effect: 'none' });
  }
  return { paidTo: account.number };
}
