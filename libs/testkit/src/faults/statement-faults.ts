/** A text on its way to the database, and what arrives there instead. */
export interface Rewrite {
  /** Name of the prepared statement it is replaced in; null for wherever it occurs, the start-up message included. */
  readonly statement: string | null;
  readonly from: string;
  readonly to: string;
}

/** What happens to the next statement of a name. `before`: it never arrives. `after`: its answer never does. */
export interface Ambush {
  readonly statement: string;
  readonly when: 'before' | 'after';
  /** Called at that very moment, before anything else is sent. The connection is cut afterwards. */
  readonly strike: () => void;
}

/** A statement that is held back on its way to the database, with all that follows it on its connection. */
export interface HeldBack {
  /** Resolves once the statement has come. */
  readonly came: Promise<void>;
  /** Lets it go on; resolves with the rows it is answered with, or null when it failed or its connection is gone. */
  release(): Promise<number | null>;
}

/** A held statement, as the line it comes along on sees it. */
export interface Holding {
  readonly statement: string;
  readonly came: () => void;
  readonly release: Promise<void>;
  readonly answered: (rows: number | null) => void;
}
