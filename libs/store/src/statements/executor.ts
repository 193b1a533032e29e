import { type Observer, STATUSES, unobserved } from '@holdfast/kernel';
import type { Pool, PoolClient } from 'pg';
import { statement } from './statement.js';
import { WIRE_TYPES } from './wire-types.js';

export type Row = Readonly<Record<string, unknown>>;
export type Values = Readonly<Record<string, unknown>>;

export interface ExecutorOptions {
  /** False behind a pooler that hands connections out by the transaction and cannot hold prepared statements. */
  readonly prepare: boolean;
}

/**
 * Runs the statements of `sql/` on a pool, one autocommit transaction each. Hot statements do not go through TypeORM,
 * which cannot name prepared statements, but they share its pool.
 */
export class Executor {
  /** Statements sent, by name: what the regression gate on round trips counts. */
  readonly sent = new Map<string, number>();

  constructor(
    private readonly pool: Pick<Pool | PoolClient, 'query'>,
    private readonly options: ExecutorOptions = { prepare: true },
    private readonly observer: Pick<Observer, 'statement'> = unobserved,
  ) {}

  /** Rows the statement returns. Errors are the driver's own; callers decide what they mean. */
  run<Result = Row>(name: string, values: Values): Promise<Result[]> {
    return this.send(name, values, this.options.prepare);
  }

  /**
   * The same, planned anew each time: for rare statements whose best plan depends on how full the tables are, so that
   * a plan made while they were empty is not kept.
   */
  runUnprepared<Result = Row>(name: string, values: Values): Promise<Result[]> {
    return this.send(name, values, false);
  }

  /** A statement that one of ours has composed: for definitions of tables, which take no parameters. */
  async define(composed: string): Promise<void> {
    await this.pool.query(composed);
  }

  private async send<Result>(name: string, values: Values, prepare: boolean): Promise<Result[]> {
    const { text, parameters } = statement(name);
    this.sent.set(name, (this.sent.get(name) ?? 0) + 1);
    const query = {
      ...(prepare ? { name } : {}),
      text,
      values: parameters.map((parameter) => valueOf(name, parameter, values)),
      types: WIRE_TYPES,
    };
    const result = await this.observer.statement(name, () => this.pool.query(query));
    return result.rows as Result[];
  }
}

/** Statuses that SQL compares come from the lifecycle table, as parameters of their own name. */
const STATUS_WORDS: ReadonlySet<string> = new Set(STATUSES);

function valueOf(name: string, parameter: string, values: Values): unknown {
  if (parameter in values) return values[parameter];
  if (STATUS_WORDS.has(parameter)) return parameter;
  throw new TypeError(`${name}.sql needs :${parameter}`);
}
