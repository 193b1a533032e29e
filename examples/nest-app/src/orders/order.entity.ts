import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the shop itself keeps: an ordinary table of its own. */
@Entity({ name: 'orders' })
export class Order {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  customer!: string;

  @Column('text')
  item!: string;

  /** The operation that ships it. */
  @Column('text')
  shipment!: string;

  /** Printed by the carrier; null until it is. */
  @Column('text', { nullable: true })
  label!: string | null;
}
