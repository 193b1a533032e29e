import { etagOf, HEADER } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { matchesEntityTag, type Operation, parsePreferWait } from '@holdfast/kernel';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { clientGone } from '../../../http/client-gone.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';

/** `GET /operations/{id}`: the poll, plain, conditional or held. */
@Controller()
export class GetController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('getOperation')
  async get(@Req() request: FastifyRequest<{ Params: { id: string } }>, @Res() reply: FastifyReply): Promise<void> {
    const known = await this.engine.read.byId(request.call.tenant, request.params.id);
    const waitSeconds = parsePreferWait(request.headers[HEADER.prefer]);
    const ifNoneMatch = request.headers[HEADER.ifNoneMatch];
    const seen = waitSeconds === null ? known : await this.wait(known, ifNoneMatch, waitSeconds, reply);
    if (waitSeconds !== null) reply.header(HEADER.preferenceApplied, `wait=${waitSeconds}`);
    // A 304 without If-None-Match would be taken for a failure by pollers of the Azure family.
    if (matchesEntityTag(ifNoneMatch, etagOf(seen))) this.answers.unchanged(reply, seen);
    else this.answers.polled(reply, 200, seen);
  }

  /** Somebody who knows this version waits for any change, everybody else for the end. */
  private wait(
    known: Operation,
    ifNoneMatch: string | undefined,
    seconds: number,
    reply: FastifyReply,
  ): Promise<Operation> {
    const { watch } = this.engine;
    if (ifNoneMatch === undefined) return watch.wait(known, { until: 'terminal' }, seconds * 1000, clientGone(reply));
    if (!matchesEntityTag(ifNoneMatch, etagOf(known))) return Promise.resolve(known);
    return watch.wait(known, { until: 'change', version: known.version }, seconds * 1000, clientGone(reply));
  }
}
