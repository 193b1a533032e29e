/** Holds the text of `GET /openapi.json`: made once, after the application knows its routes. */
export class OpenApiText {
  private value = '{}';

  get text(): string {
    return this.value;
  }

  set(document: object): void {
    this.value = JSON.stringify(document);
  }
}
