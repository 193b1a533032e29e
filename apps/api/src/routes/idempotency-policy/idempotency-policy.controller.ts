import { idempotencyPolicy } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../http/answers.js';
import { ServeRoute } from '../../http/serve-route.decorator.js';
import { API_SETTINGS, type ApiSettings } from '../../settings.js';

/** `GET /idempotency-policy`: the promises about keys. It names the types, so it is shown to those who may use them. */
@Controller()
export class IdempotencyPolicyController {
  private readonly text: string;

  constructor(
    engine: Engine,
    private readonly answers: Answers,
    @Inject(API_SETTINGS) settings: ApiSettings,
  ) {
    this.text = JSON.stringify(idempotencyPolicy(engine.types, settings));
  }

  @ServeRoute('getIdempotencyPolicy')
  policy(@Req() _request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.answers.revalidate(reply);
    this.answers.json(reply, 200, this.text);
  }
}
