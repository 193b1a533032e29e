import { HEADER, validateSignal, validateSignalName } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { readObjectBody } from '../../../http/body.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';
import { traceParentOf } from '../../../http/trace-requests.js';

type SignalRequest = FastifyRequest<{ Params: { id: string; name: string } }>;

/** `POST /operations/{id}/signals/{name}`: puts a signal into the operation's box, once for each key. */
@Controller()
export class SignalController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('sendSignal')
  async send(@Req() request: SignalRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tenant, key } = request.call;
    const { id } = request.params;
    const { value, unstorable } = readObjectBody(request);
    const name = validateSignalName(request.params.name);
    const { payload } = validateSignal(value, unstorable);
    await this.engine.signals.send({
      tenant,
      id,
      name,
      key: key as string,
      payload,
      traceParent: traceParentOf(request),
    });
    const operation = await this.engine.read.byId(tenant, id);
    reply.header(HEADER.idempotencyKey, request.headers[HEADER.idempotencyKey]);
    this.answers.located(reply, 202, operation);
  }
}
