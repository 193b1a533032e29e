/** Builds the absolute URLs of headers and bodies from the configured public URL, never from a request's `Host`. */
export class OperationUrls {
  private readonly operations: string;
  private readonly errors: string;
  readonly publicUrl: string;

  constructor(publicUrl: string) {
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
}
