/**
 * Hints between processes that something is worth a look. They may be lost, doubled or late: whoever listens also
 * polls. `due`: an operation can be claimed. `changed`: these operations moved. `cancel`: these should stop.
 */
export type Signal =
  | { readonly kind: 'due' }
  | { readonly kind: 'changed'; readonly uuids: readonly string[] }
  | { readonly kind: 'cancel'; readonly uuids: readonly string[] };

export interface Signals {
  /** Reaches listeners of this process at once and those of other processes soon. Never throws, never waits. */
  publish(signal: Signal): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (signal: Signal) => void): () => void;
}
