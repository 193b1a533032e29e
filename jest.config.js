/** Jest runs what `tsc -b` emitted: the tests exercise the bytes that ship, and no transpiler is needed. */
export default {
  testEnvironment: 'node',
  transform: {},
  testMatch: ['<rootDir>/{libs,apps}/*/dist/**/*.spec.js', '<rootDir>/test/dist/**/*.spec.js'],
  testTimeout: 60_000,
};
