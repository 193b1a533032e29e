import { HEADER } from '@holdfast/contract';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, CACHE_PUBLIC } from '../../http/answers.js';
import { ServeRoute } from '../../http/serve-route.decorator.js';
import { OpenApiText } from '../../openapi/openapi-text.js';

/** `GET /openapi.json`. */
@Controller()
export class OpenApiController {
  constructor(
    private readonly openApi: OpenApiText,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('getOpenApi')
  document(@Req() _request: FastifyRequest, @Res() reply: FastifyReply): void {
    reply.header(HEADER.cacheControl, CACHE_PUBLIC);
    this.answers.json(reply, 200, this.openApi.text);
  }
}
