import { errorPage, errorPageHtml, HEADER, isErrorSlug, MEDIA_TYPE } from '@holdfast/contract';
import { Refusal } from '@holdfast/kernel';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers, CACHE_PUBLIC } from '../../http/answers.js';
import { ServeRoute } from '../../http/serve-route.decorator.js';

/** `GET /errors/{slug}`: what the `type` of a problem document resolves to. A page, or JSON for those who ask for it. */
@Controller()
export class ErrorPageController {
  constructor(private readonly answers: Answers) {}

  @ServeRoute('getErrorPage')
  page(@Req() request: FastifyRequest<{ Params: { slug: string } }>, @Res() reply: FastifyReply): void {
    const { slug } = request.params;
    if (!isErrorSlug(slug)) throw new Refusal('route-not-found', 'There is no such problem type.');
    reply.header(HEADER.cacheControl, CACHE_PUBLIC);
    reply.header(HEADER.vary, 'Accept');
    if (prefersJson(request.headers.accept)) return this.answers.json(reply, 200, JSON.stringify(errorPage(slug)));
    reply.header(HEADER.contentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'");
    reply.code(200).header(HEADER.contentType, MEDIA_TYPE.html).send(errorPageHtml(slug));
  }
}

/** Only a client that names JSON and not HTML gets JSON: a browser names HTML, and most tools accept anything. */
function prefersJson(accept: string | undefined): boolean {
  return accept !== undefined && /\bapplication\/([\w.-]+\+)?json\b/i.test(accept) && !/\btext\/html\b/i.test(accept);
}
