/**
 * What waits only because its lease was lost is made due now. The delay doubles with each loss up to a minute, which is
 * right for an operation that kills its workers and too long for a test that kills them itself. The queue is locked
 * before the operations and without waiting, in the order of a claim, so that neither waits for the other.
 */
export async function endLostBackoff(pool: { query(text: string): Promise<unknown> }): Promise<void> {
  await pool.query(`
    with early as materialized (
      select q.shard, q.id from holdfast.operation_queue q where q.run_at > now() for update skip locked
    ),
    moved as (
      update holdfast.operations o
         set run_at = now()
        from early e
       where o.shard = e.shard and o.id = e.id and o.status = 'pending' and o.waiting_for = 'retry'
      returning o.shard, o.id
    )
    update holdfast.operation_queue q set run_at = now() from moved m where q.shard = m.shard and q.id = m.id`);
}
