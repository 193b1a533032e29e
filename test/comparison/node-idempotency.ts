import type { ServerResponse } from 'node:http';
import { Idempotency, IdempotencyError, IdempotencyErrorCodes } from '@node-idempotency/core';
import { MemoryStorageAdapter } from '@node-idempotency/storage-adapter-memory';
import { type Contender, Ledger, roundTrip, twoProcesses } from './contender.js';
import { Answered, type Incoming, servedBy } from './served-by.js';

/** Their storage, a round trip away. */
class RemoteStorage extends MemoryStorageAdapter {
  override async setIfNotExists(...told: Parameters<MemoryStorageAdapter['setIfNotExists']>) {
    await roundTrip();
    return super.setIfNotExists(...told);
  }
}

/** What the interceptor of @node-idempotency/nestjs makes of the errors of the core. */
function answerFor({ code }: IdempotencyError): Answered {
  if (code === IdempotencyErrorCodes.REQUEST_IN_PROGRESS) return new Answered(409, { 'retry-after': '1' });
  return new Answered(code === IdempotencyErrorCodes.IDEMPOTENCY_FINGERPRINT_MISSMATCH ? 422 : 400);
}

/** The core of @node-idempotency/nestjs, called as its interceptor calls it, which itself asks for Nest 9 or 10. */
export async function nodeIdempotency(): Promise<Contender> {
  const ledger = new Ledger();
  const idempotency = new Idempotency(new RemoteStorage(), { enforceIdempotency: true });
  const route = async ({ headers, payment }: Incoming, response: ServerResponse) => {
    const request = { headers, path: '/payments', method: 'POST', body: { ...payment } };
    const known = await idempotency.onRequest<object, string>(request).catch((error: unknown) => {
      throw error instanceof IdempotencyError ? answerFor(error) : error;
    });
    if (known) {
      response.setHeader('idempotent-replayed', 'true');
      if (known.error !== undefined) throw new Answered(500);
      return known.body ?? {};
    }
    try {
      const body = await ledger.pay(payment);
      await idempotency.onResponse(request, { body });
      return body;
    } catch (error) {
      await idempotency.onResponse(request, { error: String(error) });
      throw error;
    }
  };
  return twoProcesses('@node-idempotency', ledger, await servedBy(route), await servedBy(route));
}
