/**
 * How the server is set up: for two cores and a few GB of memory, with everything on that an acknowledged commit needs
 * to survive a power failure. Given on the command line at every start, so that an upgrade reaches old data folders.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Only local TCP: the path of a Unix socket may be 107 bytes long, and data folders lie deeper than that.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  cluster_name: 'holdfast',
  max_connections: '200',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '256MB',
  // Full page images after each checkpoint are most of the WAL of small updates: checkpoints should be rare.
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // The defaults are for spinning disks, and for analytics that pay back the time a compiler takes.
  random_page_cost: '1.1',
  effective_cache_size: '1GB',
  jit: 'off',
  // A queue table is all dead rows within seconds, and its next vacuum must not wait for a minute.
  autovacuum_naptime: '5s',
  log_checkpoints: 'off',
  logging_collector: 'off',
};

/** The arguments for `postgres`; `overrides` win. */
export function settingArguments(overrides: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...SETTINGS, ...overrides }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
