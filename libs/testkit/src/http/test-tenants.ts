import { randomUUID } from 'node:crypto';

/** One caller of its own: nothing another test does is visible to it. */
export interface TestTenant {
  readonly tenant: string;
  readonly token: string;
}

/** Tokens must be known before the server starts, so a supply is made at once; a test takes what nobody has used. */
export class TestTenants {
  readonly tokens: ReadonlyMap<string, string>;
  private readonly unused: TestTenant[];

  constructor(supply = 500) {
    this.unused = Array.from({ length: supply }, () => ({ tenant: `tenant-${randomUUID()}`, token: randomUUID() }));
    this.tokens = new Map(this.unused.map(({ token, tenant }) => [token, tenant]));
  }

  next(): TestTenant {
    const tenant = this.unused.pop();
    if (!tenant) throw new Error('the supply of tenants is used up');
    return tenant;
  }
}
