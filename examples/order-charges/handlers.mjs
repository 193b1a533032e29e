// Charges an order line by line. Nothing is imported from Holdfast: a handlers file is a plain ES module.
const payments = process.env.PAYMENTS_URL;

/** Orders above this are charged only when somebody has approved them. */
const APPROVAL_ABOVE_CENTS = 15_000;
const DAY_MS = 86_400_000;

function post(path, key, body, signal) {
  return fetch(`${payments}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
    signal,
  });
}

async function charge(op, line, key, signal) {
  const body = { cents: line.cents * line.quantity, description: `${line.quantity} × ${line.sku}` };
  const response = await post('/charges', key, body, signal);
  if (response.status === 402) {
    throw op.fail('card_declined', `The card was declined for ${line.sku}.`, { details: { sku: line.sku } });
  }
  // Anything else that is not a success may be over in a moment: an ordinary error is retried by the policy below.
  if (!response.ok) throw new Error(`The payment service answered ${response.status}.`);
  return response.json();
}

async function refund(chargeKey, key, signal) {
  const response = await post('/refunds', key, { chargeKey }, signal);
  // The line was never charged: there is nothing to undo, which is what was wanted.
  if (response.status === 404) return;
  if (!response.ok) throw new Error(`The payment service answered ${response.status} to a refund.`);
}

export default {
  'order.charge': {
    idPrefix: 'ord',
    description: 'Charges every line of an order and returns the receipt, or refunds what was charged.',
    retry: { maxAttempts: 20, initialDelayMs: 50, factor: 2, maxDelayMs: 500 },
    attemptTimeoutMs: 10_000,
    inputSchema: {
      type: 'object',
      required: ['orderId', 'lines'],
      properties: {
        orderId: { type: 'string', minLength: 1 },
        lines: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['sku', 'quantity', 'cents'],
            properties: {
              sku: { type: 'string' },
              quantity: { type: 'integer', minimum: 1 },
              cents: { type: 'integer', minimum: 1 },
            },
          },
        },
      },
    },
    async run(op) {
      const { orderId, lines } = op.input;
      const askedCents = lines.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
      const approval = askedCents > APPROVAL_ABOVE_CENTS && (await op.waitForSignal('approval', { timeoutMs: DAY_MS }));

      // The same on every attempt, so the service charges once, however often we have to ask. It is a new one when the
      // order is resumed after its charges were refunded: the old keys would find the refunded charges again.
      const round = await op.step('round', () => crypto.randomUUID());
      const charges = [];
      for (const [index, line] of lines.entries()) {
        const key = op.idempotencyKey(`line-${index + 1}-${round}`);
        const refundKey = op.idempotencyKey(`refund-${index + 1}-${round}`);
        await op.onFailure('refund', ({ signal }) => refund(key, refundKey, signal));
        const charged = await op.step('charge', async ({ signal }) => {
          const receipt = await charge(op, line, key, signal);
          await op.progress({ completed: index + 1, total: lines.length, message: `charged ${line.sku}` });
          return receipt;
        });
        charges.push(charged);
      }
      return {
        orderId,
        approvedBy: approval ? approval.by : null,
        totalCents: charges.reduce((sum, { cents }) => sum + cents, 0),
        charges: charges.map(({ id, cents, description }) => ({ id, cents, description })),
        attempts: op.attempt,
      };
    },
  },
};
