import { applyDecorators, UseInterceptors } from '@nestjs/common';
import { type IdempotentOptions, tellIdempotent } from './idempotent-options.js';
import { IdempotentInterceptor } from './idempotent.interceptor.js';

/**
 * Executes a route once for each `Idempotency-Key`: repeats get the stored answer with `Idempotent-Replayed: true`, and
 * another request with the same key is refused with 422 (CONTRACT §3, for an ordinary synchronous endpoint).
 *
 * ```ts
 * @Post('payments')
 * @Idempotent({ scope: (request: FastifyRequest) => request.user.id, transaction: true })
 * pay(@Body() body: PayBody, @TransactionManager() manager: EntityManager) { … }
 * ```
 */
export function Idempotent<Request = unknown>(options: IdempotentOptions<Request>): MethodDecorator {
  return applyDecorators(tellIdempotent(options), UseInterceptors(IdempotentInterceptor));
}
