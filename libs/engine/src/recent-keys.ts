/** Keys of one generation. Two generations are kept, so that this many are known at least and twice as many at most. */
const GENERATION_MAX = 5_000;

/**
 * Remembers which keys came by of late. A hint and nothing more: a key that is in here is looked up before anything is
 * stored, because a retry mostly comes soon and to where the first try went; the database's unique key decides.
 */
export class RecentKeys {
  private young = new Set<string>();
  private old: ReadonlySet<string> = new Set();

  add(tenant: string, key: string): void {
    if (this.young.size >= GENERATION_MAX) {
      this.old = this.young;
      this.young = new Set();
    }
    this.young.add(nameOf(tenant, key));
  }

  has(tenant: string, key: string): boolean {
    const name = nameOf(tenant, key);
    return this.young.has(name) || this.old.has(name);
  }
}

/** The separator occurs in neither part: tenants and keys are visible ASCII. */
function nameOf(tenant: string, key: string): string {
  return `${tenant}\0${key}`;
}
