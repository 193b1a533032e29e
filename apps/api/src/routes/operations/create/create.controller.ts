import { HEADER, validateCreate } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { isTerminal, parseClientHints, parsePreferWait, Refusal } from '@holdfast/kernel';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { readObjectBody } from '../../../http/body.js';
import { clientGone } from '../../../http/client-gone.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';
import { traceParentOf } from '../../../http/trace-requests.js';
import { API_SETTINGS, type ApiSettings } from '../../../settings.js';

/** `POST /operations`: creates an operation, or answers with the one its key already created. */
@Controller()
export class CreateController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ServeRoute('createOperation')
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { tenant, key } = request.call;
    const { value, unstorable } = readObjectBody(request);
    request.isDecided = true;
    const { operation, replayed } = await this.engine.create.execute({
      tenant,
      key: key as string,
      body: value,
      validate: (body) => validateCreate(body, unstorable),
      admit: () => this.refuseWhileDraining(),
      traceParent: traceParentOf(request),
      hints: parseClientHints(request.headers),
    });
    const waitSeconds = parsePreferWait(request.headers[HEADER.prefer]);
    const seen =
      waitSeconds === null
        ? operation
        : await this.engine.watch.wait(operation, { until: 'terminal' }, waitSeconds * 1000, clientGone(reply));
    if (waitSeconds !== null) reply.header(HEADER.preferenceApplied, `wait=${waitSeconds}`);
    reply.header(HEADER.idempotencyKey, request.headers[HEADER.idempotencyKey]);
    reply.header(HEADER.idempotentReplayed, replayed ? 'true' : 'false');
    this.answers.located(reply, isTerminal(seen.status) ? 200 : 202, seen);
  }

  private refuseWhileDraining(): void {
    if (this.settings.isDraining()) throw new Refusal('draining', undefined, { retryAfterSeconds: 1 });
  }
}
