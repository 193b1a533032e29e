import { encodePageToken, HEADER, operationListView, type QueryParameters, readListQuery } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';

/** `GET /operations`: filtered pages, newest first. Keyset pages and never a count: both stay cheap at any size. */
@Controller()
export class ListController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('listOperations')
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { query, binding, parameters } = readListQuery(request.call.tenant, request.query as QueryParameters);
    const { operations: page, next } = await this.engine.read.list(query);
    const nextPageToken = next === null ? null : encodePageToken(next, binding);
    if (nextPageToken !== null) {
      parameters.append('pageToken', nextPageToken);
      reply.header(HEADER.link, `<${this.answers.urls.list(parameters)}>; rel="next"`);
    }
    for (const operation of page) this.engine.advice.learn(operation);
    this.answers.revalidate(reply);
    this.answers.json(reply, 200, operationListView(page, nextPageToken, this.answers.urls));
  }
}
