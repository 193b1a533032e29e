import { canonicalJson, type JsonValue } from '@holdfast/kernel';
import type { FuncKeywordDefinition, SchemaValidateFunction } from 'ajv';

const check: SchemaValidateFunction = (wanted: boolean, items: JsonValue[]): boolean => {
  if (!wanted) return true;
  const seen = new Set<string>();
  for (const item of items) {
    const before = seen.size;
    // Equal JSON values have equal canonical texts, so one look into a set replaces a comparison with every item.
    if (seen.add(canonicalJson(item)).size === before) {
      check.errors = [{ keyword: 'uniqueItems', message: 'must not contain the same item twice', params: {} }];
      return false;
    }
  }
  return true;
};

/** `uniqueItems` (JSON Schema 2020-12 validation §6.4.3) in time linear to the size of the array. */
export const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  validate: check,
};
