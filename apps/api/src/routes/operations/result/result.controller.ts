import { etagOf, HEADER } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { matchesEntityTag, type Operation, Refusal } from '@holdfast/kernel';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';

/** `GET /operations/{id}/result`: what the handler returned and nothing around it. */
@Controller()
export class ResultController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('getResult')
  async result(@Req() request: FastifyRequest<{ Params: { id: string } }>, @Res() reply: FastifyReply): Promise<void> {
    const operation = await this.engine.read.byId(request.call.tenant, request.params.id);
    if (operation.status === 'failed' || operation.status === 'canceled') throw unsuccessful(operation);
    if (matchesEntityTag(request.headers[HEADER.ifNoneMatch], etagOf(operation))) {
      return this.answers.unchanged(reply, operation);
    }
    if (operation.status !== 'succeeded') return this.answers.polled(reply, 202, operation);
    this.answers.revalidate(reply);
    this.answers.versioned(reply, operation);
    if (operation.result !== null) return this.answers.json(reply, 200, operation.result);
    reply.code(204).send();
  }
}

/** 424: what was asked for depends on something that did not succeed (RFC 4918 §11.4); no client repeats it by itself. */
function unsuccessful({ id, type, status, error }: Operation): Refusal {
  return new Refusal(status === 'failed' ? 'operation-failed' : 'operation-canceled', error?.message, {
    operationId: id,
    operationType: type,
    operationStatus: status,
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  });
}
