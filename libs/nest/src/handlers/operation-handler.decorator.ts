import type { RetryPolicy, TransactionScope } from '@holdfast/kernel';
import type { OperationContext } from '@holdfast/runner';
import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';

/** What a type of operations is, beside the work itself (CONTRACT §6). Times in ms. */
export interface OperationHandlerOptions {
  /** Dotted words: `invoice.charge`. One class a type in the whole application. */
  readonly type: string;
  /** Ids look like `chg_01k…`; `opn` when absent. */
  readonly idPrefix?: string;
  readonly retry?: Partial<RetryPolicy>;
  /** Null for no limit. */
  readonly attemptTimeoutMs?: number | null;
  /** JSON Schema of the input. */
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  /** How long after its end the key of an operation is honored (30 days). */
  readonly replayWindowMs?: number;
  readonly description?: string;
  /** Version of the code; only workers that know it run the operations created for it. */
  readonly version?: string;
  readonly acceptsVersions?: readonly (string | null)[];
}

/**
 * `op`, with the type of the input that `inputSchema` has checked, and with what its calls give as the caller knows it.
 * Everything is stored as JSON: a `Date` that a step returns is text on the next attempt.
 */
export interface OperationOf<Input> extends Omit<OperationContext, 'input' | 'step' | 'transaction' | 'waitForSignal'> {
  readonly input: Input;
  step<Value>(
    name: string,
    fn: (scope: StepScope) => Value | Promise<Value>,
    options?: Parameters<OperationContext['step']>[2],
  ): Promise<Value>;
  transaction<Value>(name: string, fn: (scope: TransactionScope) => Value | Promise<Value>): Promise<Value>;
  waitForSignal<Payload>(name: string, options?: Parameters<OperationContext['waitForSignal']>[1]): Promise<Payload>;
}

type StepScope = Parameters<Parameters<OperationContext['step']>[1]>[0];

/** A class that runs operations. Method syntax on purpose: a `run` that narrows its input still fits. */
export interface OperationRunner<Input = unknown, Result = unknown> {
  run(op: OperationOf<Input>): Result | Promise<Result>;
}

export type OperationRunnerClass<Input = unknown, Result = unknown> = abstract new (
  ...dependencies: never[]
) => OperationRunner<Input, Result>;

const OPTIONS = 'holdfast:operation-handler';

/**
 * Makes a provider the handler of one type of operations: its `run(op)` is called for each attempt. The class is an
 * ordinary singleton provider, so its constructor gets whatever the application injects.
 *
 * ```ts
 * @OperationHandler({ type: 'invoice.charge', retry: { maxAttempts: 5 } })
 * export class ChargeInvoice {
 *   constructor(private readonly payments: Payments) {}
 *   run(op: OperationOf<{ amount: number }>) {
 *     return op.step('charge', () => this.payments.charge(op.input.amount, op.idempotencyKey('charge')));
 *   }
 * }
 * ```
 */
export function OperationHandler(options: OperationHandlerOptions): (target: OperationRunnerClass) => void {
  return applyDecorators(Injectable(), SetMetadata(OPTIONS, options));
}

/** What {@link OperationHandler} was told about a class; undefined for every other value. */
export function handlerOptionsOf(target: unknown): OperationHandlerOptions | undefined {
  if (typeof target !== 'function') return undefined;
  return Reflect.getMetadata(OPTIONS, target) as OperationHandlerOptions | undefined;
}
