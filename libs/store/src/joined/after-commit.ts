import type { DataSource, EntityManager, EntitySubscriberInterface, QueryRunner } from 'typeorm';

/** The transaction that an entity manager works in; throws a TypeError when it works in none. */
export function transactionOf(manager: EntityManager): QueryRunner {
  const runner = manager.queryRunner;
  if (!runner?.isTransactionActive) {
    throw new TypeError(
      'the entity manager is in no transaction: pass the one that dataSource.transaction() gives you',
    );
  }
  return runner;
}

const watched = new WeakMap<DataSource, CommitWatch>();

/**
 * Calls `fn` once the transaction of `runner` has committed, and forgets it when it is rolled back. TypeORM tells this
 * to subscribers; one of ours is added to the caller's data source when it is first needed.
 */
export function afterCommit(runner: QueryRunner, fn: () => void): void {
  const dataSource = runner.dataSource;
  let watch = watched.get(dataSource);
  if (!watch) {
    watch = new CommitWatch();
    watched.set(dataSource, watch);
    dataSource.subscribers.push(watch);
  }
  watch.add(runner, fn);
}

class CommitWatch implements EntitySubscriberInterface {
  private readonly pending = new WeakMap<QueryRunner, (() => void)[]>();

  add(runner: QueryRunner, fn: () => void): void {
    const waiting = this.pending.get(runner);
    if (waiting) waiting.push(fn);
    else this.pending.set(runner, [fn]);
  }

  afterTransactionCommit({ queryRunner }: { readonly queryRunner: QueryRunner }): void {
    // The end of a savepoint is reported as a commit, too, and the transaction around it may still be rolled back.
    if (queryRunner.isTransactionActive) return;
    const waiting = this.pending.get(queryRunner) ?? [];
    this.pending.delete(queryRunner);
    for (const fn of waiting) fn();
  }

  afterTransactionRollback({ queryRunner }: { readonly queryRunner: QueryRunner }): void {
    if (!queryRunner.isTransactionActive) this.pending.delete(queryRunner);
  }
}
