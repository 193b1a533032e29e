import { operationTypeViews } from '@holdfast/contract';
import { Engine } from '@holdfast/engine';
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Answers } from '../../http/answers.js';
import { ServeRoute } from '../../http/serve-route.decorator.js';

/** `GET /operation-types`: what can be asked for, and how its failures are repeated. */
@Controller()
export class OperationTypesController {
  private readonly text: string;

  constructor(
    engine: Engine,
    private readonly answers: Answers,
  ) {
    this.text = JSON.stringify({ types: operationTypeViews(engine.types) });
  }

  @ServeRoute('listOperationTypes')
  types(@Req() _request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.answers.revalidate(reply);
    this.answers.json(reply, 200, this.text);
  }
}
