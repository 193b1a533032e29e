/** The release before: it knows reports in version 1 only. */
export default {
  'report.make': { version: '1', run: () => 'an old report' },
};
