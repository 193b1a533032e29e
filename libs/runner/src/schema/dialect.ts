import { Ajv, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { uniqueItems } from './unique-items.js';

/** Makes a validator of one dialect; what it finds unusual about a schema is added to `warnings`. */
export type Dialect = (allErrors: boolean, warnings: string[]) => Ajv;

const DRAFT_2020 = 'https://json-schema.org/draft/2020-12/schema';
const DRAFT_07 = 'http://json-schema.org/draft-07/schema';

/** The dialect that `$schema` names, 2020-12 when it is absent; null when it is one that is not supported. */
export function dialectOf(schema: unknown): Dialect | null {
  const name = typeof schema === 'string' ? schema.replace(/#$/, '') : (schema ?? DRAFT_2020);
  if (name === DRAFT_2020) return (all, warnings) => equip(new Ajv2020(options(all, warnings)));
  if (name === DRAFT_07) return (all, warnings) => equip(new Ajv(options(all, warnings)));
  return null;
}

function options(allErrors: boolean, warnings: string[]): Options {
  return {
    allErrors,
    strict: false,
    strictSchema: 'log',
    // A member called `constructor` must be in the input itself to count as present.
    ownProperties: true,
    logger: {
      log: () => undefined,
      error: () => undefined,
      warn: (text: unknown) => void warnings.push(String(text).replace(/^strict mode: /, '')),
    },
  };
}

/**
 * Adds formats and takes out what costs more than linear time: the `url` format is a pattern that needs seconds for
 * 100 kB, and `uniqueItems` compares each item with each.
 */
function equip(ajv: Ajv): Ajv {
  formats.default(ajv);
  ajv.addFormat('url', (text: string) => /^(https?|ftp):\/\//i.test(text) && URL.canParse(text));
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword(uniqueItems);
  return ajv;
}
