-- A worker ends. Claim records it leaves behind belong to no worker now, so the next sweep looks into them.
delete from holdfast.workers where id = :worker_id::uuid
