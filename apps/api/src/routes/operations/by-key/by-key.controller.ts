import { etagOf, HEADER } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { LIMITS, matchesEntityTag, Refusal } from '@holdfast/kernel';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';

/** What a key can be after unquoting; nothing else was ever used, so nothing else is looked up. */
const KEY = new RegExp(`^[\\x20-\\x7e]{1,${LIMITS.keyLength}}$`);

/** `GET /operations/by-key/{key}`: «did my lost request arrive?», without creating anything. */
@Controller()
export class ByKeyController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('getOperationByKey')
  async byKey(@Req() request: FastifyRequest<{ Params: { key: string } }>, @Res() reply: FastifyReply): Promise<void> {
    const { key } = request.params;
    if (!KEY.test(key)) throw new Refusal('operation-not-found', 'No operation was ever created with this key.');
    const operation = await this.engine.read.byKey(request.call.tenant, key);
    this.answers.locate(reply, operation);
    if (matchesEntityTag(request.headers[HEADER.ifNoneMatch], etagOf(operation)))
      this.answers.unchanged(reply, operation);
    else this.answers.polled(reply, 200, operation);
  }
}
