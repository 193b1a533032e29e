import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import { type OtelVariables, wordOf } from '../start/exporters.js';

const PARENT_BASED = 'parentbased_';

/**
 * The sampler that `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` name. The SDK reads them too, but does not say
 * what it has made of them, and a sampler that follows links must have another one to ask.
 */
export function samplerOf(variables: OtelVariables, complain: (sentence: string) => void): Sampler {
  const name = wordOf(variables, 'OTEL_TRACES_SAMPLER') ?? `${PARENT_BASED}always_on`;
  const root = rootOf(name.replace(PARENT_BASED, ''), variables, complain);
  if (root) return name.startsWith(PARENT_BASED) ? new ParentBasedSampler({ root }) : root;
  complain(`OTEL_TRACES_SAMPLER=${name} is not known; every trace is kept unless its caller dropped it.`);
  return new ParentBasedSampler({ root: new AlwaysOnSampler() });
}

function rootOf(name: string, variables: OtelVariables, complain: (sentence: string) => void): Sampler | null {
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratioOf(variables, complain));
    default:
      return null;
  }
}

function ratioOf(variables: OtelVariables, complain: (sentence: string) => void): number {
  const text = wordOf(variables, 'OTEL_TRACES_SAMPLER_ARG') ?? '1';
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  complain(`OTEL_TRACES_SAMPLER_ARG=${text} is not a number from 0 to 1; every trace is kept.`);
  return 1;
}
