/**
 * What waits only because its lease was lost is made due now. The delay doubles with each loss up to a minute, which is
 * right for an operation that kills its workers and too long for a test that kills them itself. The queue is locked
 * before the operations and without waiting, in the order of a claim, so that neither waits for the other; of several
 * entries of an operation only the one that is true is moved.
 */
export async function endLostBackoff(pool: { query(text: string): Promise<unknown> }): Promise<void> {
  await pool.query(`
    with early as materialized (
      select q.shard, q.id, q.run_at from holdfast.operation_queue q where q.run_at > now() for update skip locked
    ),
    moved as (
      update holdfast.operations o
         set run_at = now()
        from early e
       where o.shard = e.shard and o.id = e.id and o.run_at = e.run_at
         and o.status = 'pending' and o.waiting_for = 'retry'
      returning e.*
    ),
    due as (
      update holdfast.operation_queue q
         set run_at = now()
        from moved m
       where q.shard = m.shard and q.id = m.id and q.run_at = m.run_at
      returning q.id
    )
    select pg_notify('holdfast', 'test due') from due limit 1`);
}
