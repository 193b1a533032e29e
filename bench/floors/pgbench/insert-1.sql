insert into op (key, input)
values (gen_random_uuid()::text, '{"customer":"cus_0123456789","amount":4200,"currency":"EUR","note":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}');
