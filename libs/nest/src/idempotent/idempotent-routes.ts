import type { Execution, RunOnce, RunOnceDecision } from '@holdfast/engine';
import { type Clock, type KeptAnswer, type Log, Refusal } from '@holdfast/kernel';
import { openRequestTransaction } from '@holdfast/store';
import type { Metrics } from '@holdfast/telemetry';
import type { OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { AnswerTaps, OutgoingAnswer } from './answer-tap.js';
import { ExpressTaps } from './express-taps.js';
import { FastifyTaps } from './fastify-taps.js';
import { countDecision } from './count-decisions.js';
import type { IdempotentOptions } from './idempotent-options.js';
import { decides, keptAnswer, notKept } from './kept-answer.js';
import { type HttpRequest, requestToRun } from './request-facts.js';

export interface IdempotentRoutesParts {
  readonly runOnce: RunOnce;
  readonly host: HttpAdapterHost;
  readonly modules: Pick<ModuleRef, 'get'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly publicUrl: string;
  /** Undefined where nothing is measured. */
  readonly metrics: Pick<Metrics, 'add'> | undefined;
  /** How long others wait before they take over what a dead process was executing, in ms. */
  readonly leaseMs: number;
}

const WAIT_MS = 10_000;

/** What all idempotent routes of an application share: who executes what, and the taps on their answers. */
export class IdempotentRoutes implements OnModuleInit {
  readonly publicUrl: string;
  private used = false;
  private taps: AnswerTaps = new ExpressTaps();

  constructor(private readonly parts: IdempotentRoutesParts) {
    this.publicUrl = parts.publicUrl;
  }

  /** There is such a route: said while the application is put together. */
  use(): void {
    this.used = true;
  }

  /** The latest moment for a hook, and only where there is something to see. */
  onModuleInit(): void {
    const { httpAdapter } = this.parts.host;
    if (this.used && httpAdapter.getType() === 'fastify') this.taps = new FastifyTaps(httpAdapter.getInstance());
  }

  /** Runs or replays; refuses as {@link RunOnce} does. */
  decide(request: HttpRequest, key: string, options: IdempotentOptions): Promise<RunOnceDecision> {
    const asked = requestToRun(request, key, options, this.parts.leaseMs);
    const { inFlight = 'reject', waitMs = WAIT_MS, transaction = false } = options;
    const { runOnce, metrics } = this.parts;
    return countDecision(metrics, () =>
      runOnce.decide(asked, {
        waitMs: inFlight === 'wait' ? waitMs : 0,
        ...(transaction === false
          ? {}
          : { transaction: () => openRequestTransaction(this.dataSource(transaction), asked) }),
      }),
    );
  }

  /** Has `answer` sent in place of whatever the rest of the pipeline comes up with. */
  sendInstead(request: object, response: object, answer: KeptAnswer): void {
    this.taps.tap(request, response, () => Promise.resolve(answer));
  }

  /**
   * Ends the execution with whatever answer is sent. Call what is returned when the route has come to its end: an answer
   * that never passes the framework (a hijacked reply) would otherwise hold its key for ever. It counts as sent and not
   * kept, a lease after the connection has closed.
   */
  settleWith(request: object, response: object, execution: Execution, options: IdempotentOptions): () => void {
    let settled = false;
    const tap = async (answer: OutgoingAnswer) => {
      settled = true;
      return this.settle(answer, execution, options);
    };
    this.taps.tap(request, response, tap);
    return () => {
      const raw = rawOf(response);
      const giveUp = () => {
        if (!settled) void tap({ status: raw.statusCode, headers: {}, body: null });
      };
      const closed = () => this.parts.clock.after(this.parts.leaseMs, giveUp);
      if (raw.closed) closed();
      else raw.once('close', closed);
    };
  }

  private async settle(
    answer: OutgoingAnswer,
    execution: Execution,
    options: IdempotentOptions,
  ): Promise<KeptAnswer | null> {
    try {
      if (!decides(answer.status, options)) {
        await execution.release();
        return null;
      }
      if (await execution.finish(keptAnswer(answer, options), answer.status < 400)) return null;
      // Whoever took over has, or will have, the answer that counts.
      throw new Refusal('idempotency-key-in-flight', undefined, { retryAfterSeconds: 1 });
    } catch (error) {
      this.parts.log.warn('The answer of an idempotent route could not be kept.', { error });
      return notKept(error, this.publicUrl);
    }
  }

  private dataSource(name: string | true): DataSource {
    return this.parts.modules.get<DataSource>(getDataSourceToken(name === true ? undefined : name), { strict: false });
  }
}

/** Node's own response behind the framework's. */
export function rawOf(response: object): ServerResponse {
  return (response as { readonly raw?: ServerResponse }).raw ?? (response as ServerResponse);
}
