import { HEADER } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CACHE_NEVER } from '../../../http/answers.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';

/** `DELETE /operations/{id}`: erases an operation that has ended. Its key stays taken, so that it never runs again. */
@Controller()
export class DeleteController {
  constructor(private readonly engine: Engine) {}

  @ServeRoute('deleteOperation')
  async delete(@Req() request: FastifyRequest<{ Params: { id: string } }>, @Res() reply: FastifyReply): Promise<void> {
    const erased = await this.engine.purge.purge(request.call.tenant, request.params.id);
    if (erased) request.trace?.about(erased);
    reply.code(204).header(HEADER.cacheControl, CACHE_NEVER).send();
  }
}
