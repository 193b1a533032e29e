// What examples/guides/code-changes.mjs was before the change: docs/guides/code-changes.md.
export default {
  'member.welcome': {
    version: '1',
    async run(op) {
      const rules = await op.step('rules', () => 1);
      const member = await op.step('register', () => ({ name: op.input.name, rules }));
      const fax = await op.step('send a fax', () => 'fax');
      await op.sleep('a week', op.input.weekMs);
      return { member, sent: [fax] };
    },
  },
};
