const PLANNER_SWITCHES = ['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin'] as const;

/** Gives a transaction the planner's own choices back, for statements that are not ours. */
export const FREE_PLANNING = PLANNER_SWITCHES.map((name) => `set local ${name} = on`).join('; ');

/**
 * Settings of every session. The planner switches make the plans of the hot statements certain: each is a nested loop
 * over primary keys, and a plan made while a table was empty would otherwise be cached as a scan. That leaves one way to
 * read a whole table: along its index, on the outside of the loop, which is cheap while the table holds next to nothing,
 * and kept when it has grown. Joins close it by comparing the first column of a key as `o.shard = any (array[a.shard])`:
 * looked up like an equality, it gives no order to merge by, and without one no index is read from end to end. The
 * time-outs and keep-alives free the locks of clients that vanished (the defaults keep them for about two hours).
 */
export const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  statement_timeout: '10000',
  lock_timeout: '1000',
  idle_in_transaction_session_timeout: '10000',
  client_connection_check_interval: '5000',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '20000',
  ...Object.fromEntries(PLANNER_SWITCHES.map((name) => [name, 'off'])),
  jit: 'off',
  timezone: 'UTC',
};

/** The settings as the start-up message of a connection carries them. */
export function sessionOptions(settings: Readonly<Record<string, string>> = SESSION_SETTINGS): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

/**
 * Those that a role must bring along where a session cannot: behind a transaction pooler it is nobody's own, and what is
 * set in it is lost or somebody else's. No statement of ours depends on the time zone, which poolers see to themselves.
 */
const ROLE_SETTINGS = Object.entries(SESSION_SETTINGS).filter(([name]) => name !== 'timezone');

/** SQL that gives a role these settings in one database. Both names are taken as they are. */
export function roleSettings(role: string, database: string): string[] {
  return ROLE_SETTINGS.map(([name, value]) => `alter role ${role} in database ${database} set ${name} = '${value}';`);
}

/** Keep-alives are the business of whoever has the connection, and sockets of the same machine have none. */
const OF_THE_CONNECTION = /^(tcp_|client_connection)/;

/**
 * Names of what a session lacks, given its settings as `pg_settings` has them. A time-out may be another than ours, as
 * long as there is one.
 */
export function missingSettings(found: ReadonlyMap<string, string>): string[] {
  return ROLE_SETTINGS.filter(([name, value]) => {
    if (OF_THE_CONNECTION.test(name)) return false;
    return name.endsWith('_timeout') ? found.get(name) === '0' : found.get(name) !== value;
  }).map(([name]) => name);
}
