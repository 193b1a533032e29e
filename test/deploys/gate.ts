import { until } from '@holdfast/testkit';
import pg from 'pg';

/**
 * Stops whoever changes the schema of a database behind a chosen statement, for as long as the test likes: an event
 * trigger that waits. The statements are counted over all sessions, also those that are taken back.
 */
export class Gate {
  private constructor(private readonly client: pg.Client) {}

  /** Puts the gate into the database at `url`, wide open. */
  static async build(url: string): Promise<Gate> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`
      create sequence public.schema_changes;
      create table public.gate (closed_at bigint not null);
      insert into public.gate values (0);
      create function public.wait_at_gate() returns event_trigger language plpgsql as $$
        declare mine bigint := nextval('public.schema_changes');
        begin
          while mine = (select closed_at from public.gate) loop perform pg_sleep(0.01); end loop;
        end $$;
      create event trigger gate on ddl_command_end execute function public.wait_at_gate()`);
    return new Gate(client);
  }

  /** How many statements have changed the schema. */
  async passed(): Promise<number> {
    const { rows } = await this.client.query<{ passed: number }>(
      'select case when is_called then last_value else 0 end::integer as passed from public.schema_changes',
    );
    return rows[0]?.passed ?? 0;
  }

  /** From now on the `position`-th statement is executed, but does not come to its end. */
  async close(position: number): Promise<void> {
    await this.client.query('update public.gate set closed_at = $1', [position]);
  }

  open(): Promise<void> {
    return this.close(0);
  }

  /** Resolves once somebody stands at the `position`-th statement. */
  arrived(position: number): Promise<void> {
    return until(async () => (await this.passed()) === position, 30_000);
  }

  /** Resolves once `count` processes wait for their turn to migrate. */
  queued(count: number): Promise<void> {
    return until(async () => {
      const { rows } = await this.client.query<{ waiting: number }>(
        `select count(*)::integer as waiting from pg_locks l join pg_database d on d.oid = l.database
          where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`,
      );
      return rows[0]?.waiting === count;
    }, 30_000);
  }

  /** Names of the migrations that are in force; none before the first. */
  async applied(): Promise<string[]> {
    const { rows: tables } = await this.client.query(`select where to_regclass('holdfast.migrations') is not null`);
    if (tables.length === 0) return [];
    const { rows } = await this.client.query<{ name: string }>('select name from holdfast.migrations order by id');
    return rows.map(({ name }) => name);
  }

  query(text: string): Promise<unknown> {
    return this.client.query(text);
  }

  leave(): Promise<void> {
    return this.client.end();
  }
}
