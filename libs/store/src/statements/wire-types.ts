import { type CustomTypesConfig, types } from 'pg';
import { parseInstant } from './parse-instant.js';

/** Type ids from PostgreSQL's catalog `pg_type`, which never change. */
const JSON_OID = 114;
const BIGINT_OID = 20;
const TIMESTAMPTZ_OID = 1184;

const asText = (value: string) => value;
const asNumber = (value: string) => Number(value);

/**
 * How column values arrive: `json` stays text, because results and requests are mostly only passed on; `bigint` is a
 * number, because all ours are counts and milliseconds far below 2^53.
 */
export const WIRE_TYPES: CustomTypesConfig = {
  getTypeParser(oid: number) {
    if (oid === JSON_OID) return asText;
    if (oid === BIGINT_OID) return asNumber;
    if (oid === TIMESTAMPTZ_OID) return parseInstant;
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the ids of a server's own types are in no enum
    return types.getTypeParser(oid);
  },
};
