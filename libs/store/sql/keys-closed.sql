-- Whether new keys are refused, because nobody has decided yet what happened to those of the time that was lost.
select exists (
  select from pg_trigger
   where tgrelid = to_regclass('holdfast.operations') and tgname = 'new_keys_closed'
) as closed
