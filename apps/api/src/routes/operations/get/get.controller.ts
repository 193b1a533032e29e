import { etagOf, fullEtagOf, fullView, HEADER, type QueryParameters, wantsFullView } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { matchesEntityTag, type Operation, parsePreferWait } from '@holdfast/kernel';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../../http/answers.js';
import { clientGone } from '../../../http/client-gone.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';

type GetRequest = FastifyRequest<{ Params: { id: string } }>;

/** One representation of an operation: the plain one, whose text is made when it is sent, or the full one. */
interface Seen {
  readonly operation: Operation;
  readonly etag: string;
  readonly fullText: string | null;
}

/** `GET /operations/{id}`: the poll, plain, conditional or held, of the operation alone or with its whole story. */
@Controller()
export class GetController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
  ) {}

  @ServeRoute('getOperation')
  async get(@Req() request: GetRequest, @Res() reply: FastifyReply): Promise<void> {
    const look = wantsFullView(request.query as QueryParameters) ? this.lookFully : this.look;
    const known = await look(request);
    const waitSeconds = parsePreferWait(request.headers[HEADER.prefer]);
    const ifNoneMatch = request.headers[HEADER.ifNoneMatch];
    let seen = known;
    if (waitSeconds !== null) {
      const operation = await this.wait(known, ifNoneMatch, waitSeconds, reply);
      if (operation !== known.operation) seen = known.fullText === null ? plain(operation) : await look(request);
      reply.header(HEADER.preferenceApplied, `wait=${waitSeconds}`);
    }
    const { operation, etag, fullText } = seen;
    // A 304 without If-None-Match would be taken for a failure by pollers of the Azure family.
    if (matchesEntityTag(ifNoneMatch, etag)) this.answers.unchanged(reply, operation, etag);
    else if (fullText === null) this.answers.polled(reply, 200, operation);
    else this.answers.polledAs(reply, operation, etag, fullText);
  }

  private readonly look = async ({ call, params }: GetRequest): Promise<Seen> =>
    plain(await this.engine.read.byId(call.tenant, params.id));

  private readonly lookFully = async ({ call, params }: GetRequest): Promise<Seen> => {
    const history = await this.engine.history.byId(call.tenant, params.id);
    const { operation } = history;
    const fullText = fullView(operation, this.engine.history.story(history), this.answers.urls);
    return { operation, etag: fullEtagOf(operation, fullText), fullText };
  };

  /** Somebody who knows this version waits for any change, everybody else for the end. */
  private wait(
    { operation, etag }: Seen,
    ifNoneMatch: string | undefined,
    seconds: number,
    reply: FastifyReply,
  ): Promise<Operation> {
    const { watch } = this.engine;
    if (ifNoneMatch === undefined) {
      return watch.wait(operation, { until: 'terminal' }, seconds * 1000, clientGone(reply));
    }
    if (!matchesEntityTag(ifNoneMatch, etag)) return Promise.resolve(operation);
    return watch.wait(operation, { until: 'change', version: operation.version }, seconds * 1000, clientGone(reply));
  }
}

function plain(operation: Operation): Seen {
  return { operation, etag: etagOf(operation), fullText: null };
}
