import { Controller, Get, Inject, Res } from '@nestjs/common';
import { HOLDFAST_OPTIONS } from '../module/tokens.js';
import type { HoldfastOptions } from '../module/holdfast-options.js';
import { LIVE_ANSWER, readyAnswer } from './health-report.js';
import { HoldfastHealth } from './holdfast-health.js';
import { type Reply, sendPlain } from './plain-reply.js';

/** `GET /health/live` and `GET /health/ready`, for orchestrators and load balancers: public, never cached. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HoldfastHealth,
    @Inject(HOLDFAST_OPTIONS) private readonly options: HoldfastOptions,
  ) {}

  @Get('live')
  live(@Res() reply: Reply): void {
    sendPlain(reply, LIVE_ANSWER);
  }

  @Get('ready')
  async ready(@Res() reply: Reply): Promise<void> {
    sendPlain(reply, readyAnswer(await this.health.ready(), this.options.publicUrl ?? ''));
  }
}
