// Charges an order line by line. Nothing is imported from Holdfast: a handlers file is a plain ES module.
const payments = process.env.PAYMENTS_URL;

async function charge(op, line, name) {
  const response = await fetch(`${payments}/charges`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      // The same key on every attempt of this operation: the service charges once, however often we have to ask.
      'idempotency-key': op.idempotencyKey(name),
    },
    body: JSON.stringify({ cents: line.cents * line.quantity, description: `${line.quantity} × ${line.sku}` }),
    signal: op.signal,
  });
  if (response.status === 402) {
    throw op.fail('card_declined', `The card was declined for ${line.sku}.`, {
      effect: 'none',
      details: { sku: line.sku },
    });
  }
  // Anything else that is not a success may be over in a moment: an ordinary error is retried by the policy below.
  if (!response.ok) throw new Error(`The payment service answered ${response.status}.`);
  return response.json();
}

export default {
  'order.charge': {
    idPrefix: 'ord',
    description: 'Charges every line of an order and returns the receipt.',
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
      const charges = [];
      for (const [index, line] of lines.entries()) {
        charges.push(await charge(op, line, `line-${index + 1}`));
        await op.progress({ completed: index + 1, total: lines.length, message: `charged ${line.sku}` });
      }
      return {
        orderId,
        totalCents: charges.reduce((sum, { cents }) => sum + cents, 0),
        charges: charges.map(({ id, cents, description }) => ({ id, cents, description })),
        attempts: op.attempt,
      };
    },
  },
};
