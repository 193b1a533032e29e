import type { Route, RouteId } from '@holdfast/contract';

/** What the gate found out about a request before anything of its body was read. */
export interface Call {
  readonly route: Route | null;
  readonly tenant: string;
  /** The parsed idempotency key, null where the route takes none or the client sent none. */
  readonly key: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the gate, hence there in every handler. */
    call: Call;
    /** Whether the key of a create has come before those who decide on it. */
    isDecided: boolean;
  }
  interface FastifyContextConfig {
    /** Row of the route table this route serves; absent on routes that are not part of it, such as health. */
    holdfast?: RouteId;
  }
}
