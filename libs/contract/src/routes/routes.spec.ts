import { describe, expect, test } from '@jest/globals';
import { ERROR_SLUGS } from '@holdfast/kernel';
import { describeRoute } from '../openapi/describe-route.js';
import { PARAMETERS } from './parameters.js';
import { refusalsOf, ROUTE_IDS, routeOf } from './routes.js';

describe.each(ROUTE_IDS)('the route %s', (id) => {
  const route = routeOf(id);

  test('publishes what a repeat does', () => {
    expect(route.retry.promise).toMatch(/\S.*\.$/);
  });

  test('declares every parameter of its path', () => {
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = route.parameters.map((name) => PARAMETERS[name]).filter((parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inPath);
  });

  test('takes its refusals from the catalogue, each once', () => {
    const refusals = refusalsOf(route);
    expect(ERROR_SLUGS).toEqual(expect.arrayContaining(refusals));
    expect(new Set(refusals).size).toBe(refusals.length);
  });

  test('asks for a token before it can be refused anything about an operation', () => {
    expect(refusalsOf(route).includes('unauthenticated')).toBe(route.access === 'tenant');
  });

  test('describes each of its answers in OpenAPI', () => {
    const { responses, parameters } = describeRoute(id) as {
      responses: Record<string, { description: string; content?: object }>;
      parameters: { name: string; in: string }[];
    };
    for (const { status, body } of route.successes) {
      expect(responses[String(status)]?.description).not.toBe('');
      expect(responses[String(status)]?.content === undefined).toBe(body === 'None');
    }
    expect(responses['500']?.content).toHaveProperty(['application/problem+json']);
    const names = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('no two routes share a method and a path', () => {
  const lines = ROUTE_IDS.map((id) => `${routeOf(id).method} ${routeOf(id).path}`);
  expect(new Set(lines).size).toBe(lines.length);
});

test('every route may be repeated', () => {
  expect(ROUTE_IDS.filter((id) => !routeOf(id).retry.repeatable)).toEqual([]);
});
