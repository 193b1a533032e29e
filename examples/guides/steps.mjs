// Steps: docs/guides/steps.md. The carrier below stands for any service that fails now and then.
export default {
  'shipment.label': {
    retry: { maxAttempts: 5, initialDelayMs: 100 },
    async run(op) {
      const address = await op.step('check the address', () => carrier.check(op.input.address));

      const labels = [];
      for (const parcel of op.input.parcels) {
        const buy = ({ signal }) => carrier.buyLabel(address, parcel, signal);
        const policy = { retry: { maxAttempts: 4, initialDelayMs: 50 }, timeoutMs: 5_000 };
        labels.push(await op.step('buy a label', buy, policy));
      }

      const pickup = await op
        .step('book a pick-up', () => carrier.bookPickup(labels), { retry: { maxAttempts: 1 } })
        .catch((error) => {
          // The operation is to stop, which is no answer of the carrier's.
          if (error.name === 'AbortError') throw error;
          return { booked: false, because: error.message };
        });

      return { labels, pickup };
    },
  },
};

const sold = new Map();
const asked = new Set();

const carrier = {
  check(address) {
    return address.trim().toUpperCase();
  },
  buyLabel(address, parcel, signal) {
    signal.throwIfAborted();
    if (!asked.has(parcel)) {
      asked.add(parcel);
      throw new Error('The carrier is busy.');
    }
    sold.set(parcel, `${address}/${sold.size + 1}`);
    return sold.get(parcel);
  },
  bookPickup(labels) {
    if (labels.length < 3) throw new Error('A pick-up needs three parcels.');
    return { booked: true };
  },
};
