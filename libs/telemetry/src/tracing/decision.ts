import { type Context, createContextKey } from '@opentelemetry/api';

const DECISION = createContextKey('holdfast sampling decision');

/** A context in which the span that is started next is recorded or not, whatever the sampler would say. */
export function decided(context: Context, kept: boolean): Context {
  return context.setValue(DECISION, kept);
}

/** The decision that was made elsewhere; undefined when the sampler is to make it. */
export function decisionIn(context: Context): boolean | undefined {
  return context.getValue(DECISION) as boolean | undefined;
}
