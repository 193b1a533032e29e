import { createHash } from 'node:crypto';
import type { Operation, OperationStory } from '@holdfast/kernel';
import type { OperationUrls } from './operation-urls.js';
import { operationView } from './operation-view.js';

const HASH_CHARACTERS = 22;

/** The JSON text of an operation with its whole story (`?view=full`): requests, attempts and steps, each in order. */
export function fullView(operation: Operation, story: OperationStory, urls: OperationUrls): string {
  const { requests, attempts, steps } = story;
  // Dates print themselves in the form of all instants of this API.
  const added = JSON.stringify({ requests, attempts, steps });
  return `${operationView(operation, urls).slice(0, -1)},${added.slice(1)}`;
}

/**
 * The strong validator of the full view: replays and steps change it without changing the operation's version, so it is
 * made of the content. The version comes first, so that a decision made on it can be told (`If-Match`).
 */
export function fullEtagOf({ version }: Pick<Operation, 'version'>, text: string): string {
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, HASH_CHARACTERS);
  return `"${version}-full-${hash}"`;
}

/** An `If-Match` field in which tags of the full view stand for the version they were made of. */
export function versionsIn(field: string): string {
  return field.replaceAll(/"(\d+)-full-[\w-]+"/g, '"$1"');
}
