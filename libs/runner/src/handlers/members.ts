import { didYouMean } from './did-you-mean.js';
import { HandlersError } from './handlers-error.js';

/** A whole number and what it counts, for messages. */
export interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly unit: 'attempts' | 'leases' | 'milliseconds' | 'times';
  /** False admits fractions. */
  readonly whole: boolean;
}

/** One object of a definition, read member by member; every complaint names where it stands. */
export class Members {
  constructor(
    private readonly object: Readonly<Record<string, unknown>>,
    /** File and type, and the path to this object: `handlers.mjs: type «a.b»: retry`. */
    private readonly where: string,
  ) {}

  /** Throws for a member that is not in `known`; `suggestions` are what it may have been meant for. */
  refuseUnknown(known: readonly string[], suggestions: readonly string[] = known): void {
    for (const name of Object.keys(this.object)) {
      if (known.includes(name)) continue;
      throw new HandlersError(`${this.where}: unknown member «${name}»${didYouMean(name, suggestions)}`);
    }
  }

  /** Absent members are undefined or null alike: a definition is often put together from optional parts. */
  get(name: string): unknown {
    return this.object[name] ?? undefined;
  }

  number(name: string, rule: NumberRule, fallback: number): number;
  number(name: string, rule: NumberRule, fallback: number | null): number | null;
  number(name: string, rule: NumberRule, fallback: number | null): number | null {
    const value = this.get(name);
    if (value === undefined) return fallback;
    const right = typeof value === 'number' && (rule.whole ? Number.isSafeInteger(value) : Number.isFinite(value));
    if (right && value >= rule.min && value <= rule.max) return value;
    const wanted = rule.unit === 'times' ? 'a number' : `a whole number of ${rule.unit}`;
    throw this.wrong(name, `must be ${wanted} from ${rule.min} to ${rule.max}, not ${shown(value)}`);
  }

  text(name: string, lengthMax: number): string | null {
    const value = this.get(name);
    if (value === undefined) return null;
    if (typeof value === 'string' && value.length <= lengthMax) return value;
    throw this.wrong(name, `must be text of at most ${lengthMax} characters, not ${shown(value)}`);
  }

  record(name: string): Readonly<Record<string, unknown>> | null {
    const value = this.get(name);
    if (value === undefined) return null;
    if (isObject(value)) return value;
    throw this.wrong(name, `must be an object, not ${shown(value)}`);
  }

  wrong(name: string, complaint: string, cause?: unknown): HandlersError {
    return new HandlersError(`${this.where}: ${name} ${complaint}`, { cause });
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const SHOWN_MAX = 40;

/** A value of a definition as a message shows it: what it is, and itself when that is short. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length <= SHOWN_MAX ? `the text '${value}'` : 'a long text';
  if (typeof value === 'bigint') return `the bigint ${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'undefined' ? 'nothing' : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}
