import { etagOf, HEADER, validateResume, versionsIn } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { matchesStrongly } from '@holdfast/kernel';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { readObjectBody } from '../../../http/body.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';
import { traceParentOf } from '../../../http/trace-requests.js';

/** What a body that is not looked at asks for. */
const NOTHING_ASKED = { reason: null, deadline: undefined, fromStep: null, decision: null };

/** A version no row ever has. */
const NO_VERSION = -1;

/** `POST /operations/{id}/resume`: gives a failed operation more attempts, keeping its id and its completed steps. */
@Controller()
export class ResumeController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('resumeOperation')
  async resume(@Req() request: FastifyRequest<{ Params: { id: string } }>, @Res() reply: FastifyReply): Promise<void> {
    const { tenant, key } = request.call;
    const { id } = request.params;
    const { value, unstorable } = readObjectBody(request);
    // The status comes first: what is wrong with the body matters only where it would be acted on.
    const known = await this.engine.read.byId(tenant, id);
    const envelope = known.status === 'failed' ? validateResume(value, unstorable) : NOTHING_ASKED;
    const version = await this.decidedOn(tenant, id, request.headers[HEADER.ifMatch]);
    const traceParent = traceParentOf(request);
    const command = { tenant, id, key, version, traceParent, ...envelope };
    const { operation, resumed } = await this.engine.control.resume(command);
    this.answers.located(reply, resumed ? 202 : 200, operation);
  }

  /**
   * The version that `If-Match` names, null for any. The field may list several tags, so it is held against the version
   * of this moment; the store then guards that very version, and a change in between is refused there.
   */
  private async decidedOn(tenant: string, id: string, ifMatch: string | undefined): Promise<number | null> {
    if (ifMatch === undefined) return null;
    const operation = await this.engine.read.byId(tenant, id);
    return matchesStrongly(versionsIn(ifMatch), etagOf(operation)) ? operation.version : NO_VERSION;
  }
}
