import { HEADER, type QueryParameters, readRequestNumber } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { EXPLAIN_LIMITS } from '@holdfast/kernel';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, CACHE_NEVER } from '../../../http/answers.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';
import { API_SETTINGS, type ApiSettings } from '../../../settings.js';

/** `GET /operations/{id}/explain`: why it is where it is. It changes with the clock alone, so nothing may keep it. */
@Controller()
export class ExplainController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ServeRoute('explainOperation')
  async explain(@Req() request: FastifyRequest<{ Params: { id: string } }>, @Res() reply: FastifyReply): Promise<void> {
    const number = readRequestNumber(request.query as QueryParameters);
    // The queue is everybody's, and how much of it others fill is theirs to know.
    const aheadMax = this.settings.tokens === null ? EXPLAIN_LIMITS.ahead : EXPLAIN_LIMITS.aheadOfOthers;
    const { call, params } = request;
    const { operation, explanation } = await this.engine.explain.byId(call.tenant, params.id, number, aheadMax);
    request.trace?.about(operation);
    reply.header(HEADER.cacheControl, CACHE_NEVER);
    // Dates print themselves in the form of all instants of this API.
    this.answers.json(reply, 200, JSON.stringify(explanation));
  }
}
