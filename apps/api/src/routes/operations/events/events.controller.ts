import { Readable } from 'node:stream';
import {
  encodeEventToken,
  eventListView,
  HEADER,
  MEDIA_TYPE,
  type QueryParameters,
  readEventsQuery,
} from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { systemClock } from '@holdfast/kernel';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, CACHE_NEVER } from '../../../http/answers.js';
import { clientGone } from '../../../http/client-gone.js';
import { ServeRoute } from '../../../http/serve-route.decorator.js';
import { API_SETTINGS, type ApiSettings } from '../../../settings.js';
import { acceptsEventStream } from './accepts-event-stream.js';
import { eventStream, lastEventId } from './event-stream.js';

type EventsRequest = FastifyRequest<{ Params: { id: string } }>;

/** `GET /operations/{id}/events`: what has happened as pages, or what happens as a stream. */
@Controller()
export class EventsController {
  constructor(
    private readonly engine: Engine,
    private readonly answers: Answers,
    @Inject(API_SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @ServeRoute('getEvents')
  async events(@Req() request: EventsRequest, @Res() reply: FastifyReply): Promise<void> {
    if (acceptsEventStream(request.headers.accept)) return this.stream(request, reply);
    const { id } = request.params;
    const { after, limit } = readEventsQuery(id, request.query as QueryParameters);
    const history = await this.engine.history.byId(request.call.tenant, id);
    request.trace?.about(history.operation);
    const left = this.engine.history.events(history).filter((event) => after === null || event.id > after);
    const page = left.slice(0, limit);
    const last = left.length > limit ? page.at(-1) : undefined;
    const next = last ? encodeEventToken(last.id, id) : null;
    if (next !== null) {
      const parameters = new URLSearchParams({ pageSize: String(limit), pageToken: next });
      reply.header(HEADER.link, `<${this.answers.urls.operation(id)}/events?${parameters.toString()}>; rel="next"`);
    }
    this.answers.revalidate(reply);
    this.answers.json(reply, 200, eventListView(page, next));
  }

  /** 204 tells an EventSource not to come again (WHATWG HTML §9.2.3): it has the last event already. */
  private async stream(request: EventsRequest, reply: FastifyReply): Promise<void> {
    const history = await this.engine.history.byId(request.call.tenant, request.params.id);
    request.trace?.about(history.operation);
    const after = readLastEventId(request.headers[HEADER.lastEventId]);
    const end = lastEventId(this.engine, history);
    this.answers.revalidate(reply);
    reply.header(HEADER.cacheControl, CACHE_NEVER);
    if (end !== null && after !== null && after >= end) return void reply.code(204).send();
    reply.code(200).header(HEADER.contentType, MEDIA_TYPE.eventStream).header(HEADER.accelBuffering, 'no');
    const { isDraining } = this.settings;
    const parts = { engine: this.engine, clock: systemClock, gone: clientGone(reply), isDraining };
    const events = eventStream(parts, history, after);
    // A HEAD must not hold a stream open that nobody reads.
    reply.send(request.method === 'HEAD' ? '' : Readable.from(events, { objectMode: false }));
  }
}

/** Anything that is no id of ours means «from the beginning»: what comes twice is better than what never comes. */
function readLastEventId(field: string | string[] | undefined): number | null {
  if (typeof field !== 'string' || !/^\d{1,16}$/.test(field)) return null;
  const id = Number(field);
  return Number.isSafeInteger(id) ? id : null;
}
