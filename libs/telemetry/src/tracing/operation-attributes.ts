import type { Attributes, Span } from '@opentelemetry/api';
import { ATTRIBUTES } from '../names/attributes.js';

interface Named {
  readonly id: string;
  readonly type: string;
}

/** The two messaging attributes of OpenTelemetry by which backends know producers and consumers. */
export const MESSAGING = { system: 'messaging.system', operationType: 'messaging.operation.type' } as const;
export const SYSTEM = 'holdfast';

/** What every span about one operation carries, so that one search by its id finds them all. */
export function operationAttributes({ id, type }: Named): Attributes {
  return { [ATTRIBUTES.operationId]: id, [ATTRIBUTES.operationType]: type };
}

/** The same, one by one: what every create pays for makes no object on its way. */
export function tellOperation(span: Span, { id, type }: Named): Span {
  return span.setAttribute(ATTRIBUTES.operationId, id).setAttribute(ATTRIBUTES.operationType, type);
}

/** Those and {@link MESSAGING}. Its other attributes would only say id and type again. */
export function processAttributes(operation: Named): Attributes {
  return { ...operationAttributes(operation), [MESSAGING.system]: SYSTEM, [MESSAGING.operationType]: 'process' };
}
