import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a worker can run, type by type and version by version: a type that is known in another version only leaves its
 * operation waiting, and that must be told. Null for a worker of the release before, which says only its types.
 */
export class WorkerLanes1764210000000 implements MigrationInterface {
  readonly name = 'WorkerLanes1764210000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table holdfast.workers add column lanes text[]');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations of Holdfast go forward only; restore a backup instead.'));
  }
}
