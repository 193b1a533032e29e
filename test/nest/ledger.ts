import { currentManager } from '@holdfast/nestjs';
import { Injectable } from '@nestjs/common';
import { Invoice } from './invoices.js';

/** What is called by a route and knows nothing of HTTP. */
@Injectable()
export class Ledger {
  async write({ id, cents = 1 }: { readonly id: string; readonly cents?: number }): Promise<void> {
    await currentManager().insert(Invoice, { id: `${id}-ledger`, cents });
  }
}
