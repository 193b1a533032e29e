import type { JsonValue } from '../json/json-value.js';

/** A create body after validation, with the defaults of CONTRACT §3 filled in. */
export interface CreateEnvelope {
  readonly type: string;
  readonly input: JsonValue;
  readonly runAt: Date | null;
  readonly delayMs: number;
  readonly deadline: Date | null;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
}
