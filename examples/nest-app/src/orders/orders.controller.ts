import { randomUUID } from 'node:crypto';
import { Idempotent, Operations, TransactionManager } from '@holdfast/nestjs';
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  NotFoundException,
  Param,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { ShipOrder } from '../shipping/ship-order.js';
import { byCustomer, CustomerGuard, type ShopRequest } from './customer.guard.js';
import { Order } from './order.entity.js';

interface NewOrder {
  readonly item?: string;
}

@Controller('orders')
@UseGuards(CustomerGuard)
export class OrdersController {
  constructor(
    private readonly operations: Operations,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
  ) {}

  /**
   * The order, the operation that ships it and this answer commit in one transaction: all of them exist, or none. A
   * repeat with the same key gets the same answer and changes nothing.
   */
  @Post()
  @Idempotent({ scope: byCustomer, transaction: true })
  async place(@Req() request: ShopRequest, @Body() { item }: NewOrder, @TransactionManager() manager: EntityManager) {
    const id = randomUUID();
    const { operation } = await this.operations.create(ShipOrder, {
      key: `order/${id}/ship`,
      input: { orderId: id },
      manager,
    });
    const customer = byCustomer(request);
    await manager.insert(Order, { id, customer, item: item ?? '', shipment: operation.id, label: null });
    // Too late, so that one can see what is undone: neither the order nor the operation is there afterwards.
    if (!item) throw new BadRequestException('An order needs an item.');
    return { id, shipment: operation.id };
  }

  @Get(':id')
  async read(@Param('id') id: string) {
    const order = await this.orders.findOneBy({ id });
    if (!order) throw new NotFoundException();
    const { item, label } = order;
    const { status, attempt } = await this.operations.get(order.shipment);
    return { id, item, label, shipping: { status, attempt: attempt.number } };
  }
}
