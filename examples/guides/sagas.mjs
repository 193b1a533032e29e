// Compensations: docs/guides/sagas.md. The agency below stands for two services that can be asked to undo.
export default {
  'trip.book': {
    async run(op) {
      // Stays the same over attempts, and is a new one when the trip is tried again after it was undone.
      const round = await op.step('round', () => crypto.randomUUID());
      const key = (name) => op.idempotencyKey(`${name}-${round}`);

      await op.onFailure('cancel the flight', () => agency.cancel(key('flight')));
      const flight = await op.step('book the flight', () => book(op, key('flight'), op.input.flight));

      await op.onFailure('cancel the hotel', () => agency.cancel(key('hotel')));
      const hotel = await op.step('book the hotel', () => book(op, key('hotel'), op.input.hotel));

      return { flight, hotel };
    },
  },

  'outing.book': {
    async run(op) {
      await op.onFailure('cancel the train', () => agency.cancel(op.idempotencyKey('train')));
      await op.onFailure('cancel the table', () => agency.cancel(op.idempotencyKey('table')));

      const [train, table] = await op.all([
        op.step('book the train', () => book(op, op.idempotencyKey('train'), op.input.train)),
        op.step('book the table', () => book(op, op.idempotencyKey('table'), op.input.table)),
      ]);
      return { train, table };
    },
  },
};

function book(op, key, what) {
  if (agency.soldOut.has(what)) {
    throw op.fail('sold_out', `There is no ${what} left.`);
  }
  return agency.book(key, what);
}

export const agency = {
  soldOut: new Set(),
  /** What takes its time to book. */
  slow: new Map(),
  bookings: new Map(),
  canceled: [],

  async book(key, what) {
    await this.slow.get(what);
    const known = this.bookings.get(key);
    if (known) return known;
    const booking = { what, number: this.bookings.size + 1 };
    this.bookings.set(key, booking);
    return booking;
  },

  /** Says yes also when there is nothing to cancel, as a service that can be asked twice does. */
  cancel(key) {
    const booking = this.bookings.get(key);
    if (!booking || booking.canceled) return;
    booking.canceled = true;
    this.canceled.push(booking.what);
  },
};
