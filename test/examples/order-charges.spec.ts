import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { freshDatabase } from '@holdfast/testkit';

const RUN = join(import.meta.dirname, '..', '..', '..', 'examples', 'order-charges', 'run.mjs');

describe('the example that charges an order at a flaky payment service', () => {
  test('charges every line once, shows the replay, and writes the receipt', async () => {
    const database = await freshDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-receipt-'));
    const receiptPath = join(folder, 'receipt.json');
    try {
      const order = join(RUN, '..', 'order.csv');
      const { stdout } = await promisify(execFile)(process.execPath, [RUN, order, receiptPath], {
        env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: database.url },
      });
      expect(stdout).toMatch(/Idempotent-Replayed: true/);
      expect(stdout).toMatch(/^3 charges in the ledger/m);
      const receipt = JSON.parse(readFileSync(receiptPath, 'utf8')) as { totalCents: number; attempts: number };
      expect(receipt.totalCents).toBe(2 * 1890 + 12_900 + 3 * 450);
      // The service misbehaves on purpose: a first attempt that succeeds would show that it did not.
      expect(receipt.attempts).toBeGreaterThan(1);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await database.drop();
    }
  });
});
