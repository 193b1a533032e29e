import { hash } from 'node:crypto';
import { canonicalJson } from '../json/canonical-json.js';
import type { JsonValue } from '../json/json-value.js';
import type { JsonText } from '../operation/operation.js';
import { FINGERPRINT_VERSION, projectAt, type FingerprintedRequest } from './projection.js';

export { FINGERPRINT_VERSION, isKnownFingerprintVersion, projectAt } from './projection.js';
export type { FingerprintedRequest } from './projection.js';

export interface CanonicalRequest {
  /** Canonical JSON of the projection: what the fingerprint is the hash of. */
  readonly text: JsonText;
  /** Canonical JSON of the input alone; `null` when there is none. */
  readonly inputText: JsonText;
}

/**
 * The text that is hashed and the input inside it, with the input made canonical once for both. Throws for an unknown
 * version.
 */
export function canonicalRequest(request: FingerprintedRequest, version = FINGERPRINT_VERSION): CanonicalRequest {
  let inputText = 'null';
  let text = '{';
  // A projection is in canonical order already; only the values in it are not.
  for (const [member, value] of Object.entries(projectAt(version, request))) {
    const valueText = canonicalJson(value);
    if (member === 'input') inputText = valueText;
    text += `${text.length > 1 ? ',' : ''}"${member}":${valueText}`;
  }
  return { text: `${text}}`, inputText };
}

/** Canonical JSON of a request's projection at `version` (CONTRACT §5). Throws for an unknown version. */
export function fingerprintText(request: FingerprintedRequest, version = FINGERPRINT_VERSION): JsonText {
  return canonicalRequest(request, version).text;
}

/** SHA-256 of a text made by {@link fingerprintText}: 32 bytes. */
export function fingerprintOf(text: JsonText): Buffer {
  return hash('sha256', text, 'buffer');
}

/** The input inside a text made by {@link fingerprintText}; null when the client sent none. */
export function inputOf(text: JsonText): JsonValue {
  return (JSON.parse(text) as { input?: JsonValue }).input ?? null;
}
