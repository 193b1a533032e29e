import { hash, timingSafeEqual } from 'node:crypto';
import { DEFAULT_TENANT, Refusal } from '@holdfast/kernel';

/** RFC 6750 §2.1: the scheme in any case, one or more spaces, a `b64token`. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Who is asking. Only digests of the tokens are kept, and a presented token is compared by its digest: an attacker
 * cannot choose the bytes that are compared, so neither the look-up nor its duration tells anything about a token.
 */
export class BearerTokens {
  private readonly known: ReadonlyMap<string, { readonly digest: Buffer; readonly tenant: string }> | null;

  constructor(tokens: ReadonlyMap<string, string> | null) {
    this.known = tokens && new Map([...tokens].map(([token, tenant]) => entry(token, tenant)));
  }

  /** The tenant of an `Authorization` field; refuses with `unauthenticated`, alike whatever is wrong with it. */
  tenantOf(authorization: string | undefined): string {
    if (this.known === null) return DEFAULT_TENANT;
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new Refusal('unauthenticated');
    const digest = digestOf(token);
    const known = this.known.get(digest.toString('hex'));
    if (!known || !timingSafeEqual(known.digest, digest)) throw new Refusal('unauthenticated');
    return known.tenant;
  }
}

function entry(token: string, tenant: string): [string, { digest: Buffer; tenant: string }] {
  const digest = digestOf(token);
  return [digest.toString('hex'), { digest, tenant }];
}

function digestOf(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
