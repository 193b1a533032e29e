import type { Attributes } from '@opentelemetry/api';
import type { ClientHints } from '@holdfast/kernel';
import { ATTRIBUTES } from '../names/attributes.js';

/** What a client says of its own retries, as attributes. Reasons are words of a closed list, so they stay bounded. */
export function hintAttributes(hints: ClientHints | null | undefined): Attributes {
  if (!hints) return {};
  return {
    [ATTRIBUTES.clientHintSource]: hints.source,
    ...(hints.attempt === undefined ? {} : { [ATTRIBUTES.clientAttempt]: hints.attempt }),
    ...(hints.max === undefined ? {} : { [ATTRIBUTES.clientMax]: hints.max }),
    ...(hints.reason === undefined ? {} : { [ATTRIBUTES.clientReason]: hints.reason }),
  };
}
