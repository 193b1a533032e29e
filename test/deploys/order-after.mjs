// The release that replaces it: new orders go another way, and those that began before are brought to their end.
export default {
  'rolling.order': {
    version: '2',
    acceptsVersions: ['1'],
    async run(op) {
      const reserved = await op.step('reserve', () => `by 2 for ${op.input.n}`);
      await op.sleep('cool down', 300);
      return { reserved, charged: await op.step('charge', () => 'by 2') };
    },
  },
};
