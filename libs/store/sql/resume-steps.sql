-- Whether the steps that a resume names are what it takes them for.
select {from-step-known} as from_known, {step-undecided} as undecided
  from holdfast.operations o
 where o.shard = :shard and o.id = :id
