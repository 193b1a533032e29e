/**
 * The `code` of an error of the operating system (`ENOENT`, `EACCES`); undefined for everything else. Asks for the
 * member instead of the class, because errors of Node's own modules belong to another realm when tests run in a VM.
 */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) {
    return undefined;
  }
  return typeof error.code === 'string' ? error.code : undefined;
}
