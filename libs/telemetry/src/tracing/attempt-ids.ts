import { hash } from 'node:crypto';
import { type SpanContext, TraceFlags } from '@opentelemetry/api';

/**
 * The ids of the span of an attempt, made of the operation and the fence of its claim. Nothing has to be stored for the
 * next attempt to link to this one, whoever runs it, and the span of an attempt that died with its worker can still be
 * told under its own ids by those who find it.
 */
export function attemptContext(uuid: string, fence: number): SpanContext {
  const digits = hash('sha256', `attempt ${uuid} ${fence}`, 'hex');
  return {
    traceId: digits.slice(0, 32),
    spanId: digits.slice(32, 48),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  };
}
