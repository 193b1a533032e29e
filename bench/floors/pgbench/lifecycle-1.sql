insert into op (key, input)
values (gen_random_uuid()::text, '{"customer":"cus_0123456789","amount":4200,"currency":"EUR","note":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}');
with claimed as (
  update op set status = 'running', claimed_at = now()
   where id = any (array (select id from op where status = 'pending' order by id limit 1 for update skip locked))
  returning id
)
select coalesce(array_agg(id), '{}')::text as ids from claimed
\gset
update op set status = 'succeeded', result = 'null', finished_at = now()
 where id = any (:ids::bigint[]) and status = 'running';
