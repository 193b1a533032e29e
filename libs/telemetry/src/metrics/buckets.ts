/** Seconds of an HTTP request: the bounds that the semantic conventions advise, down to what a batched create takes. */
export const REQUEST_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10, 30,
];

/** Seconds of a statement: group commits take a millisecond or two, and ten seconds is the server's own limit. */
export const STATEMENT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * Seconds of durable work: from a handler that only adds two numbers to an operation that waits
 * for a person. Few, because each type has its own.
 */
export const LONG_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300, 3_600, 86_400];

/** Items of a batch, up to the most that one statement carries. */
export const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200];
