-- Whether anything is being done, or could be done now by somebody who knows these lanes.
select exists (select from holdfast.operations where lease_owner is not null)
    or exists (select from holdfast.operation_queue where lane = any(:lanes::text[]) and run_at <= now())
    or exists (select from holdfast.operation_messages) as busy
