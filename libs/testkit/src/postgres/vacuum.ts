import type { Pool } from 'pg';

/**
 * Runs `vacuum` or `analyze`, and waits for whoever holds the table: the server's own vacuum lets go of it only after
 * as long as our sessions wait for a lock (`deadlock_timeout` and `lock_timeout` are both a second).
 */
export async function vacuum(pool: Pool, command: `${'vacuum' | 'vacuum analyze' | 'analyze'}${'' | ` ${string}`}`) {
  const client = await pool.connect();
  try {
    await client.query('set lock_timeout = 0');
    await client.query(command);
    await client.query('reset lock_timeout');
  } finally {
    client.release();
  }
}
