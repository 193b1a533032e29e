// The release that is being replaced.
export default {
  'rolling.order': {
    version: '1',
    async run(op) {
      const reserved = await op.step('reserve', () => `by 1 for ${op.input.n}`);
      await op.sleep('cool down', 700);
      return { reserved, charged: await op.step('charge', () => 'by 1') };
    },
  },
};
