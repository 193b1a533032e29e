import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which request sent a signal or resumed an operation, as W3C `traceparent`, in the rows that are written for it anyway:
 * the attempt that goes on links to it. Null where nobody traced, and from the release before.
 */
export class TraceOfMessages1764250000000 implements MigrationInterface {
  readonly name = 'TraceOfMessages1764250000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table holdfast.operation_signals add column trace_parent text');
    await runner.query('alter table holdfast.operation_resumes add column trace_parent text');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations of Holdfast go forward only; restore a backup instead.'));
  }
}
