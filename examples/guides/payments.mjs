// Payments: docs/guides/payments.md. PAYMENTS_URL is the service that takes and sends the money.
const payments = process.env.PAYMENTS_URL;

export default {
  'invoice.charge': {
    idPrefix: 'chg',
    retry: { maxAttempts: 8, initialDelayMs: 50, maxDelayMs: 5_000 },
    async run(op) {
      const charge = await op.step('charge', ({ signal }) => chargeCard(op, signal));
      return { receipt: charge.id };
    },
  },

  'payout.send': {
    idPrefix: 'pay',
    retry: { maxAttempts: 3, initialDelayMs: 50 },
    async run(op) {
      const payout = await op.step('pay out', ({ signal }) => sendPayout(op, signal), {
        rerun: 'never',
        timeoutMs: 10_000,
        probe: ({ signal }) => findPayout(op, signal),
      });
      return { payout: payout.id };
    },
  },
};

async function chargeCard(op, signal) {
  const response = await fetch(`${payments}/charges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': op.idempotencyKey('charge') },
    body: JSON.stringify({ cents: op.input.cents }),
    signal,
  });
  if (response.status === 402) {
    throw op.fail('card_declined', 'The card was declined.', { effect: 'none' });
  }
  if (!response.ok) throw new Error(`The payment service answered ${response.status}.`);
  return response.json();
}

async function sendPayout(op, signal) {
  const response = await fetch(`${payments}/payouts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ cents: op.input.cents, reference: op.id }),
    signal,
  });
  if (!response.ok) throw new Error(`The bank answered ${response.status}.`);
  return response.json();
}

async function findPayout(op, signal) {
  const response = await fetch(`${payments}/payouts?reference=${op.id}`, { signal });
  if (!response.ok) throw new Error(`The bank answered ${response.status}.`);
  const [payout] = await response.json();
  // A payout that is not in the list may still be on its way, so this is not the same as «not done».
  return payout ? { outcome: 'done', result: payout } : 'unknown';
}
