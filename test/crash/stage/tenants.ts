/** The token of each tenant: two, who use the same keys. */
export const TOKENS: Readonly<Record<string, string>> = { one: 'token-of-one', two: 'token-of-two' };

/** Another tenant than this one. */
export function otherThan(tenant: string): string {
  return tenant === 'one' ? 'two' : 'one';
}

/** What each tenant puts into every input, and no other tenant may ever be told. */
export function canaryOf(tenant: string): string {
  return `canary-${tenant}`;
}
