import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';

/** A request that the guard has let pass. */
export interface ShopRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  customer?: string;
}

/** Says who is asking. A real shop would check a session or a token here. */
@Injectable()
export class CustomerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<ShopRequest>();
    const customer = request.headers['x-customer'];
    if (!customer) throw new UnauthorizedException();
    request.customer = customer;
    return true;
  }
}

/** Whose idempotency keys a request brings: two customers may use the same ones. */
export const byCustomer = (request: ShopRequest): string => request.customer ?? '';
