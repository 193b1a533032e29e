import type { TraceOfOperation, TraceUrl } from '@holdfast/kernel';

/** Builds the absolute URLs of headers and bodies from the configured public URL, never from a request's `Host`. */
export class OperationUrls {
  private readonly operations: string;
  private readonly errors: string;
  readonly publicUrl: string;

  /** `traceUrl` is null where nobody knows a place for traces. */
  constructor(
    publicUrl: string,
    private readonly traceUrl: TraceUrl | null = null,
  ) {
    this.publicUrl = publicUrl.replace(/\/+$/, '');
    this.operations = `${this.publicUrl}/operations`;
    this.errors = `${this.publicUrl}/errors/`;
  }

  /** Where an operation is polled. */
  operation(id: string): string {
    return `${this.operations}/${id}`;
  }

  list(parameters: URLSearchParams): string {
    return `${this.operations}?${parameters.toString()}`;
  }

  /** The RFC 9457 `type` of a problem, which is also the address of its documentation. */
  problem(slug: string): string {
    return this.errors + slug;
  }

  /** Where people look at the trace of an operation; null when the service was not told. */
  trace(trace: TraceOfOperation): string | null {
    return this.traceUrl?.(trace) ?? null;
  }
}
