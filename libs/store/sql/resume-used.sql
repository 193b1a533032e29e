-- Whether this key has already resumed the operation.
select 1 as used
  from holdfast.operation_resumes
 where shard = :shard and operation_id = :id and key = :key
