/**
 * A service reduced to its embedded server, as a process that tests can interrupt and kill. Writes one JSON line when
 * the server is ready or refused, and another one when a signal has been obeyed.
 */
import { Client } from 'pg';
import { startEmbeddedPostgres } from './start-embedded-postgres.js';

function say(line: object): void {
  process.stdout.write(`${JSON.stringify({ pid: process.pid, ...line })}\n`);
}

try {
  const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
  process.once('SIGINT', () => void drain());
  say({ url: server.url, postmaster: server.pid });
  // Ends with the test that started it, also when that is killed.
  process.stdin.resume().once('end', () => void server.stop().finally(() => process.exit(1)));

  const drain = async (): Promise<void> => {
    const client = new Client(server.url);
    await client.connect();
    const answer = await client.query<{ sum: number }>('select 1 + 1 as sum');
    await client.end();
    await server.stop();
    say({ sum: answer.rows[0]?.sum });
    process.stdin.destroy();
  };
} catch (error) {
  say({ refused: String(error) });
}
