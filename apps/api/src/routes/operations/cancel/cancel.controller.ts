import { Engine } from '@holdfast/engine';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { readObjectBody } from '../../../http/body.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';

/** `POST /operations/{id}/cancel`: asks an operation to stop. Coming too late is no error. */
@Controller()
export class CancelController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('cancelOperation')
  async cancel(@Req() request: FastifyRequest<{ Params: { id: string } }>, @Res() reply: FastifyReply): Promise<void> {
    // Nothing in it is used, but a body that is no JSON object was meant for something else.
    readObjectBody(request);
    const { operation, alreadyEnded } = await this.engine.control.cancel(request.call.tenant, request.params.id);
    this.answers.located(reply, alreadyEnded ? 200 : 202, operation);
  }
}
