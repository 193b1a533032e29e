// Changing the code of operations that are under way: docs/guides/code-changes.md. The code before is in before/.
export default {
  'member.welcome': {
    version: '2',
    acceptsVersions: ['1'],
    async run(op) {
      // Operations that began under the old code have a 1 here.
      const rules = await op.step('rules', () => 2);
      const member = await op.step('register', () => ({ name: op.input.name, rules }));
      // The step «send a fax» is gone; what is stored of it is ignored. This one is new.
      const letter = await op.step('send a letter', () => 'letter');
      await op.sleep('a week', op.input.weekMs);
      // Only for those that began under the new code.
      const gift = rules >= 2 ? await op.step('send a gift', () => 'gift') : null;
      return { member, sent: [letter, gift].filter(Boolean) };
    },
  },
};
