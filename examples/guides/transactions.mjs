// Transactions: docs/guides/transactions.md. The tables are in transactions.sql.
export default {
  'invoice.book': {
    async run(op) {
      const { invoice, cents } = op.input;

      const entry = await op.transaction('book the invoice', async (sql) => {
        await sql.query('update ledger_balances set cents = cents + $1 where account = $2', [cents, 'receivables']);
        const { rows } = await sql.query('insert into ledger_entries (invoice, cents) values ($1, $2) returning id', [
          invoice,
          cents,
        ]);
        return rows[0].id;
      });

      await op.step('tell the customer', () => sendMail(invoice));

      const balance = await op.transaction('read the balance', async ({ manager }) => {
        const rows = await manager.query('select cents from ledger_balances');
        return rows[0].cents;
      });
      return { entry, balance };
    },
  },
};

const refused = new Set();

/** The first mail about each invoice is refused, so that the operation is run twice. */
function sendMail(invoice) {
  if (refused.has(invoice)) return;
  refused.add(invoice);
  throw new Error('The mail server is away.');
}
