/** A handlers file cannot be used. The message is one line that names the file, the type and the member at fault. */
export class HandlersError extends Error {
  override readonly name = 'HandlersError';

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/** Messages of parsers and module loaders run over several lines, with source excerpts in between. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
