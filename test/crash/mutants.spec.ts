import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { story, verdict } from './look.js';
import { MUTANTS } from './mutants/mutants.js';
import * as scenes from './mutants/scenes.js';
import { Workshop } from './mutants/workshop.js';

const { slowStep: _, ...forTheProduct } = scenes;

let workshop: Workshop;

beforeAll(async () => {
  workshop = await Workshop.open();
}, 120_000);

afterAll(() => workshop.fleet.close());

describe('the checker', () => {
  test.each(Object.entries(forTheProduct))(
    'finds nothing wrong with the product in the scene %s',
    async (_name, scene) => {
      await scene(workshop);
      expect(await workshop.newViolations()).toEqual([]);
    },
    120_000,
  );

  test.each(MUTANTS)(
    'finds out $what',
    async ({ rewrites, scene, breaks }) => {
      await workshop.rewriteWith(rewrites);
      await scene(workshop);
      const found = await workshop.newViolations();
      expect(workshop.hasApplied(rewrites)).toBe(true);
      expect([...new Set(found.map(({ promise }) => promise))]).toEqual(expect.arrayContaining([...breaks]));
    },
    120_000,
  );

  test('tells the story of one operation from what was kept, and judges it as before', async () => {
    const { folder } = workshop.fleet;
    const [first] = (await workshop.fleet.evidence()).snapshot.keys;
    const told = story(folder, first?.uuid ?? '');
    for (const part of ['"action":"create"', '"status":202', '"word":"began"', 'keys: ']) expect(told).toContain(part);
    expect(verdict(folder)).toContain('I4: stale write');
  });

  test('tried the product in earnest: its late writes came, and were refused', () => {
    const { staleWrites } = workshop.fleet;
    const refused = ['finish', 'lock-held', 'record-step', 'requeue'].map((statement) => ({ statement, rows: 0 }));
    expect(staleWrites.slice(0, 5)).toEqual(expect.arrayContaining(refused));
  });
});
