/**
 * Jest runs what `tsc -b` emitted: the tests exercise the bytes that ship, and no transpiler is needed. One PostgreSQL
 * serves the whole run; every worker has a database of its own.
 */
export default {
  testEnvironment: 'node',
  transform: {},
  testMatch: ['<rootDir>/{libs,apps}/*/dist/**/*.spec.js', '<rootDir>/test/dist/**/*.spec.js'],
  globalSetup: '<rootDir>/libs/testkit/dist/jest/global-setup.js',
  globalTeardown: '<rootDir>/libs/testkit/dist/jest/global-teardown.js',
  // Much of the time is spent waiting for processes and the database.
  maxWorkers: 3,
  testTimeout: 60_000,
  workerIdleMemoryLimit: '1GB',
};
