import { describe, expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { DecidedSampler } from './decided-sampler.js';
import { decided } from './decision.js';
import { samplerOf } from './sampler-of.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

function named(name: string, arg?: string): { text: string; complaints: string[] } {
  const complaints: string[] = [];
  const variables = { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: arg };
  return { text: samplerOf(variables, (sentence) => complaints.push(sentence)).toString(), complaints };
}

describe('the sampler that the environment names', () => {
  test.each([
    ['always_on', undefined, /^AlwaysOn/],
    ['always_off', undefined, /^AlwaysOff/],
    ['traceidratio', '0.25', /^TraceIdRatioBased\{0\.25\}/],
    ['parentbased_always_on', undefined, /^ParentBased\{root=AlwaysOn/],
    ['parentbased_always_off', undefined, /^ParentBased\{root=AlwaysOff/],
    ['parentbased_traceidratio', '0.01', /^ParentBased\{root=TraceIdRatioBased\{0\.01\}/],
    ['', undefined, /^ParentBased\{root=AlwaysOn/],
  ])('is the one of the specification for «%s»', (name, arg, expected) => {
    const { text, complaints } = named(name, arg);
    expect(text).toMatch(expected);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['sometimes', undefined],
    ['traceidratio', '7'],
    ['parentbased_traceidratio', 'many'],
  ])('keeps everything and says so when it is «%s» with «%s»', (name, arg) => {
    const { text, complaints } = named(name, arg);
    expect(text).toMatch(/AlwaysOn|TraceIdRatioBased\{1\}/);
    expect(complaints).toHaveLength(1);
  });
});

describe('a decision that was made elsewhere', () => {
  test.each(['always_on', 'always_off', 'traceidratio', 'parentbased_always_off'])('stands under %s', (name) => {
    const sampler = new DecidedSampler(samplerOf({ OTEL_TRACES_SAMPLER: name }, () => undefined));
    const decisions = [true, false].map(
      (kept) => sampler.shouldSample(decided(ROOT_CONTEXT, kept), TRACE, 'process', SpanKind.CONSUMER, {}, []).decision,
    );
    expect(decisions).toEqual([SamplingDecision.RECORD_AND_SAMPLED, SamplingDecision.NOT_RECORD]);
  });
});
