import {
  IdempotencyConfig,
  IdempotencyItemAlreadyExistsError,
  IdempotencyItemNotFoundError,
  makeIdempotent,
} from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer, type IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { type Contender, Ledger, type Payment, roundTrip, twoProcesses } from './contender.js';
import { type Incoming, servedBy } from './served-by.js';

/** A layer in memory with the condition that theirs for DynamoDB puts on a new record. */
class MemoryLayer extends BasePersistenceLayer {
  private readonly records = new Map<string, IdempotencyRecord>();

  protected async _putRecord(record: IdempotencyRecord): Promise<void> {
    await roundTrip();
    const known = this.records.get(record.idempotencyKey);
    const leftBehind = (known?.inProgressExpiryTimestamp ?? Infinity) < Date.now();
    if (known && !known.isExpired() && !(known.getStatus() === 'INPROGRESS' && leftBehind)) {
      throw new IdempotencyItemAlreadyExistsError('exists', known);
    }
    this.records.set(record.idempotencyKey, record);
  }

  protected async _getRecord(key: string): Promise<IdempotencyRecord> {
    await roundTrip();
    const record = this.records.get(key);
    if (!record) throw new IdempotencyItemNotFoundError('missing');
    return record;
  }

  protected async _updateRecord(record: IdempotencyRecord): Promise<void> {
    await roundTrip();
    this.records.set(record.idempotencyKey, record);
  }

  protected async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    await roundTrip();
    this.records.delete(record.idempotencyKey);
  }
}

interface Event {
  readonly key: string;
  readonly payment: Payment;
}

/** Set up as well as it can be for HTTP: its key is the header, and the body is validated. */
export async function powertools(): Promise<Contender> {
  const ledger = new Ledger();
  const config = new IdempotencyConfig({
    eventKeyJmesPath: 'key',
    payloadValidationJmesPath: 'payment',
    throwOnNoIdempotencyKey: true,
  });
  // The time that is left to the function: after that, its record counts as left behind.
  config.registerLambdaContext({ getRemainingTimeInMillis: () => 400 });
  const pay = makeIdempotent((event: Event) => ledger.pay(event.payment), {
    persistenceStore: new MemoryLayer(),
    config,
  });
  const route = ({ headers, payment }: Incoming) => pay({ key: String(headers['idempotency-key']), payment });
  return twoProcesses('Powertools', ledger, await servedBy(route), await servedBy(route));
}
