/**
 * Refuses keys that the database does not know, in the database itself: whatever process of whatever release is pointed at
 * it, and in whose transaction. It acts where a row is made, and none is made for a key that is known: replays go on. To
 * those who create it is a row that somebody else has locked (55P03): not decided yet, come again. Children of operations
 * that somebody resumed may be created.
 */
export const CLOSE_KEYS = `
  create or replace function holdfast.refuse_new_key() returns trigger language plpgsql as $$
  begin
    if tg_table_name = 'idempotent_requests' then
      perform from holdfast.idempotent_requests r
        where r.shard = new.shard and r.scope = new.scope and r.key = new.key;
      if found then return new; end if;
    end if;
    raise exception 'new keys are refused since a restore' using errcode = 'lock_not_available';
  end $$;
  create trigger new_keys_closed before insert on holdfast.operations
    for each row when (new.parent_id is null) execute function holdfast.refuse_new_key();
  create trigger new_keys_closed before insert on holdfast.idempotent_requests
    for each row execute function holdfast.refuse_new_key()`;

export const OPEN_KEYS = `
  drop trigger if exists new_keys_closed on holdfast.operations;
  drop trigger if exists new_keys_closed on holdfast.idempotent_requests;
  drop function if exists holdfast.refuse_new_key()`;
