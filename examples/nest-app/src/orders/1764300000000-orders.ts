import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The shop's own schema, migrated by the shop. Holdfast keeps to its schema `holdfast` and migrates that. */
export class Orders1764300000000 implements MigrationInterface {
  readonly name = 'Orders1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create table public.orders (id text primary key, customer text not null, item text not null, shipment text not null, label text)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table public.orders');
  }
}
