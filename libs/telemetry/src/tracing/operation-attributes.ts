import type { Attributes } from '@opentelemetry/api';
import { ATTRIBUTES } from '../names/attributes.js';

/** What every span about one operation carries, so that one search by its id finds them all. */
export function operationAttributes({ id, type }: { readonly id: string; readonly type: string }): Attributes {
  return { [ATTRIBUTES.operationId]: id, [ATTRIBUTES.operationType]: type };
}

/**
 * The same in the words of the messaging conventions of OpenTelemetry, for spans that hand an operation over or take
 * it up: an operation is the message, its id what all that belongs to it have in common.
 */
export function messagingAttributes(
  operation: { readonly id: string; readonly type: string },
  kind: 'create' | 'process',
): Attributes {
  return {
    ...operationAttributes(operation),
    'messaging.system': 'holdfast',
    'messaging.operation.type': kind,
    'messaging.operation.name': kind,
    'messaging.destination.name': operation.type,
    'messaging.message.id': operation.id,
    'messaging.message.conversation_id': operation.id,
  };
}
