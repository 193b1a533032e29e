import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES } from '../names/attributes.js';

/** What every span about one operation carries, so that one search by its id finds them all. */
export function operationAttributes({ id, type }: { readonly id: string; readonly type: string }): Attributes {
  return { [ATTRIBUTES.operationId]: id, [ATTRIBUTES.operationType]: type };
}

/**
 * The same with the two messaging attributes of OpenTelemetry by which backends know producers and consumers. The
 * others would only say id and type again, and every create pays for every attribute of its creation.
 */
export function messagingAttributes(
  operation: { readonly id: string; readonly type: string },
  kind: 'create' | 'process',
): Attributes {
  return {
    ...operationAttributes(operation),
    'messaging.system': 'holdfast',
    'messaging.operation.type': kind,
  };
}
