import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { freshDatabase } from '@holdfast/testkit';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'order-charges');

interface Receipt {
  readonly totalCents: number;
  readonly attempts: number;
  readonly approvedBy: string;
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let folder: string;

beforeEach(async () => {
  database = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-receipt-'));
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

function run(...given: string[]) {
  return promisify(execFile)(process.execPath, [join(EXAMPLE, 'run.mjs'), ...given], {
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: database.url },
  });
}

describe('the example that charges an order at a flaky payment service', () => {
  test('waits for the approval, charges every line once, shows the replay, and writes the receipt', async () => {
    const receiptPath = join(folder, 'receipt.json');
    const { stdout } = await run(join(EXAMPLE, 'order.csv'), receiptPath);
    expect(stdout).toMatch(/waiting for the approval/);
    expect(stdout).toMatch(/Idempotent-Replayed: true/);
    expect(stdout).toMatch(/^3 charges and 0 refunds in the ledger/m);
    const receipt = JSON.parse(readFileSync(receiptPath, 'utf8')) as Receipt;
    expect(receipt.totalCents).toBe(2 * 1890 + 12_900 + 3 * 450);
    expect(receipt.approvedBy).toBe('ann');
    // The service misbehaves on purpose: a first attempt that succeeds would show that it did not.
    expect(receipt.attempts).toBeGreaterThan(1);
  });

  test('refunds what it had charged, once, when a later line is declined', async () => {
    const failed = run(join(EXAMPLE, 'order-declined.csv'), join(folder, 'receipt.json'));
    const { code, stdout } = await failed.then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^2 charges and 2 refunds in the ledger/m);
    expect(stdout).toMatch(/^the order failed: card_declined: .*espresso-machine/m);
  });
});
