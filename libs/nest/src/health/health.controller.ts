import { Controller, Get, Inject, Res } from '@nestjs/common';
import { HOLDFAST_OPTIONS } from '../module/tokens.js';
import type { HoldfastOptions } from '../module/holdfast-options.js';
import { LIVE_ANSWER, readyAnswer } from './health-report.js';
import { HoldfastHealth } from './holdfast-health.js';
import type { PlainAnswer } from './plain-answer.js';

/** What Fastify's reply and Express's response have in common. */
interface Reply {
  status(code: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

/** `GET /health/live` and `GET /health/ready`, for orchestrators and load balancers: public, never cached. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HoldfastHealth,
    @Inject(HOLDFAST_OPTIONS) private readonly options: HoldfastOptions,
  ) {}

  @Get('live')
  live(@Res() reply: Reply): void {
    send(reply, LIVE_ANSWER);
  }

  @Get('ready')
  async ready(@Res() reply: Reply): Promise<void> {
    send(reply, readyAnswer(await this.health.ready(), this.options.publicUrl ?? ''));
  }
}

function send(reply: Reply, answer: PlainAnswer): void {
  reply.status(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  reply.send(answer.body);
}
