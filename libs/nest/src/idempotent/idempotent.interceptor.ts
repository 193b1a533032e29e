import { isRefusal, type Refusal } from '@holdfast/kernel';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { finalize, Observable, of } from 'rxjs';
import type { EntityManager } from 'typeorm';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error.js';
import { answersItself } from './answers-itself.js';
import { idempotentOptionsOf } from './idempotent-options.js';
import { IdempotentRoutes, rawOf } from './idempotent-routes.js';
import { replayedAnswer } from './kept-answer.js';
import { type HttpRequest, keyOf } from './request-facts.js';
import { withManager } from './transaction-manager.decorator.js';

/** What the caller gets, and how to give the key back when nobody waits for that any more. */
interface Decided {
  readonly answer: Observable<unknown>;
  readonly giveUp?: () => Promise<void>;
}

/**
 * Stands around a route with `@Idempotent`. Guards have passed before: who is asking is known, and nobody is given an
 * answer he may not see. What is replayed is what was sent, after every interceptor and filter, so that it goes out as
 * it is and not through them once more.
 */
@Injectable()
export class IdempotentInterceptor implements NestInterceptor {
  constructor(
    private readonly routes: IdempotentRoutes,
    private readonly host: HttpAdapterHost,
  ) {
    routes.use();
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return new Observable((subscriber) => {
      void this.decide(context, next).then(
        ({ answer, giveUp }) => {
          // An interceptor around this one has answered meanwhile: nobody would end an execution that never begins.
          if (subscriber.closed) void giveUp?.();
          else subscriber.add(answer.subscribe(subscriber));
        },
        (error: unknown) => subscriber.error(error),
      );
    });
  }

  private async decide(context: ExecutionContext, next: CallHandler): Promise<Decided> {
    const options = idempotentOptionsOf(context.getHandler());
    const [request, response] = [
      context.switchToHttp().getRequest<HttpRequest>(),
      context.switchToHttp().getResponse<object>(),
    ];
    try {
      const key = keyOf(request, options);
      if (key === null) return { answer: next.handle() };
      this.set(response, 'idempotency-key', String(request.headers['idempotency-key']));
      const decision = await this.routes.decide(request, key, options);
      if (decision.kind === 'replay') {
        this.routes.sendInstead(request, response, replayedAnswer(decision.answer));
        // What is sent is replaced, but somebody has to send it.
        if (answersItself(context)) await this.host.httpAdapter.reply(response, undefined);
        return { answer: of(undefined) };
      }
      const { execution } = decision;
      this.set(response, 'idempotent-replayed', 'false');
      const ended = this.routes.settleWith(request, response, execution, options);
      const run = () => next.handle().pipe(finalize(ended));
      const { manager } = execution;
      return {
        answer: manager === undefined ? run() : withManager(manager as EntityManager, run),
        giveUp: () => execution.release(),
      };
    } catch (error) {
      throw isRefusal(error) ? this.refused(response, error) : error;
    }
  }

  private refused(response: object, refusal: Refusal): HoldfastError {
    const error = holdfastError(refusal, this.routes.publicUrl);
    this.set(response, 'content-type', 'application/problem+json; charset=utf-8');
    if (error.retryAfterSeconds !== null) this.set(response, 'retry-after', String(error.retryAfterSeconds));
    return error;
  }

  /** Nest sends the header fields of an event stream before anybody is asked, and of an answer by somebody else. */
  private set(response: object, name: string, value: string): void {
    if (rawOf(response).headersSent) return;
    this.host.httpAdapter.setHeader(response, name, value);
  }
}
