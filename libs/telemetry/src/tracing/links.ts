import type { Attributes, Link, SpanContext } from '@opentelemetry/api';
import { ATTRIBUTES } from '../names/attributes.js';

/** Why a span points to another one. */
const ROLE_ATTRIBUTES = {
  creation: ATTRIBUTES.linkCreation,
  previous_attempt: ATTRIBUTES.linkPreviousAttempt,
  replay: ATTRIBUTES.linkReplays,
  signal: ATTRIBUTES.linkSignals,
  resume: ATTRIBUTES.linkResumes,
  member: ATTRIBUTES.linkMembers,
} as const;
export type LinkRole = keyof typeof ROLE_ATTRIBUTES;

export function linkTo(role: LinkRole, context: SpanContext): Link {
  return { context, attributes: { [ATTRIBUTES.linkRole]: role } };
}

/** A link's role and end once more as attributes of the span: Jaeger shows links, but not what they are for. */
export function roleAttributes(role: LinkRole, contexts: readonly SpanContext[]): Attributes {
  const ends = contexts.map(({ traceId, spanId }) => `${traceId}:${spanId}`);
  const single = role === 'creation' || role === 'previous_attempt';
  return { [ROLE_ATTRIBUTES[role]]: single ? ends[0] : ends };
}
