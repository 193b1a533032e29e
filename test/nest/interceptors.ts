import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { map, timeout } from 'rxjs';

/** Takes a member away, as a serializer would, and cannot do with nothing. Neither may show in the replay. */
@Injectable()
export class HideSecret implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next
      .handle()
      .pipe(map((value: { secret: string }) => ({ ...value, secret: undefined, hidden: value.secret.length })));
  }
}

/** Answers callers who say so before the route does. */
@Injectable()
export class Impatience implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const { headers } = context.switchToHttp().getRequest<{ headers: Readonly<Record<string, unknown>> }>();
    return headers['x-impatient'] ? next.handle().pipe(timeout(20)) : next.handle();
  }
}
