import { type BatchItem, batchKey, HEADER, operationView, readBatch, validateCreate } from '@holdfast/contract';
import { type CreateResult, Engine } from '@holdfast/engine';
import { type ClientHints, isTerminal, parseClientHints, Refusal } from '@holdfast/kernel';
import { Controller, Inject, Logger, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, CACHE_NEVER } from '../../../http/answers.js';
import { readObjectBody } from '../../../http/body.js';
import { problemText } from '../../../http/problems.js';
import { refusalFrom } from '../../../http/refusal-from.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';
import { traceParentOf } from '../../../http/trace-requests.js';
import { API_SETTINGS, type ApiSettings } from '../../../settings.js';

/** What all items of a batch have in common. */
interface BatchContext {
  readonly tenant: string;
  readonly requestId: string;
  readonly traceParent: string | null;
  readonly hints: ClientHints | null;
}

/**
 * `POST /operations/batch`: each item by exactly the rules of a create, side by side. They share the store's batches,
 * not a fate: one bad item fails alone, and every one of them can be sent again.
 */
@Controller()
export class BatchController {
  private readonly logger = new Logger('Api');

  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ServeRoute('batchOperations')
  async batch(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { value, unstorable } = readObjectBody(request);
    const items = readBatch(value, unstorable);
    const context: BatchContext = {
      tenant: request.call.tenant,
      requestId: request.id,
      traceParent: traceParentOf(request),
      hints: parseClientHints(request.headers),
    };
    const results = await Promise.all(items.map((item) => this.result(item, context)));
    reply.header(HEADER.cacheControl, CACHE_NEVER);
    this.answers.json(reply, 207, `{"items":[${results.join(',')}]}`);
  }

  /** The JSON text of one item's answer. Never rejects: what goes wrong with an item is its answer. */
  private async result(item: BatchItem, context: BatchContext): Promise<string> {
    try {
      const { operation, replayed } = await this.create(item, context);
      const status = isTerminal(operation.status) ? 200 : 202;
      const view = operationView(operation, this.answers.urls);
      return `{"status":${status},"replayed":${replayed},"operation":${view}}`;
    } catch (error) {
      const refusal = refusalFrom(error);
      if (refusal.slug === 'internal') this.log(error, context);
      const { status, text } = problemText(refusal, this.answers.urls, context.requestId);
      return `{"status":${status},"replayed":false,"problem":${text}}`;
    }
  }

  private async create({ key, body, unstorable }: BatchItem, context: BatchContext): Promise<CreateResult> {
    return this.engine.create.execute({
      tenant: context.tenant,
      key: batchKey(key),
      body,
      validate: (envelope) => validateCreate(envelope, unstorable),
      admit: () => {
        if (this.settings.isDraining()) throw new Refusal('draining', undefined, { retryAfterSeconds: 1 });
      },
      traceParent: context.traceParent,
      hints: context.hints,
    });
  }

  private log(error: unknown, { requestId }: BatchContext): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.logger.error(`An item of a batch failed, request ${requestId}`, stack);
  }
}
