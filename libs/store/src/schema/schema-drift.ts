import { MIGRATIONS } from '@holdfast/migrations';
import type { Client } from 'pg';
import { Executor } from '../statements/executor.js';
import { appliedMigrations, plan } from './pending-migrations.js';
import { withClient } from './with-client.js';

/** One way in which the schema is not what the migrations make. */
export interface Drift {
  /** `missing` and `different` break promises; `foreign` is something that somebody added. */
  readonly kind: 'missing' | 'different' | 'foreign';
  /** `index operations_by_tenant` */
  readonly object: string;
  readonly expected: string | null;
  readonly found: string | null;
}

interface SchemaObject {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
}

const SCHEMA = 'holdfast';
/** Exists only within a transaction that is rolled back. */
const MODEL = 'holdfast_model';

/**
 * Compares the database's schema with what its migrations make of an empty one: they are run anew under another name, in
 * a transaction that is rolled back, so the comparison is right on every server version and never out of date. Takes
 * no lock on a table of ours; needs the right to create a schema.
 */
export function schemaDrift(url: string): Promise<Drift[]> {
  return withClient(url, 'holdfast doctor', async (client) => {
    const applied = await appliedMigrations(client);
    await client.query('begin');
    try {
      for (const migration of MIGRATIONS) {
        const { name, statements } = await plan(migration);
        if (!applied.includes(name)) continue;
        for (const text of statements) await client.query(text.replaceAll(/\bholdfast\b/g, MODEL));
      }
      return compare(await objectsOf(client, MODEL), await objectsOf(client, SCHEMA));
    } finally {
      await client.query('rollback');
    }
  });
}

async function objectsOf(client: Client, schema: string): Promise<Map<string, string>> {
  const rows = await new Executor(client, { prepare: false }).run<SchemaObject>('schema-objects', { schema });
  return new Map(rows.map(({ kind, name, definition }) => [`${kind} ${name}`, definition]));
}

function compare(model: ReadonlyMap<string, string>, real: ReadonlyMap<string, string>): Drift[] {
  const drifts: Drift[] = [];
  for (const object of new Set([...model.keys(), ...real.keys()])) {
    const expected = model.get(object) ?? null;
    const found = real.get(object) ?? null;
    if (expected === found) continue;
    const kind = found === null ? 'missing' : expected === null ? 'foreign' : 'different';
    drifts.push({ kind, object, expected, found });
  }
  return drifts;
}
