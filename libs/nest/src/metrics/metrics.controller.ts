import { Controller, Get, Inject, Res } from '@nestjs/common';
import { type Reply, sendPlain } from '../health/plain-reply.js';
import type { HoldfastOptions } from '../module/holdfast-options.js';
import { HOLDFAST_OPTIONS } from '../module/tokens.js';
import { metricsAnswer } from './metrics-answer.js';

/**
 * `GET /metrics` for Prometheus, until a drain closes the port. Open like the health routes: scrapers carry no tenant's token, and
 * nothing on the page names a tenant, a key or an operation.
 */
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(HOLDFAST_OPTIONS) private readonly options: HoldfastOptions) {}

  @Get()
  async metrics(@Res() reply: Reply): Promise<void> {
    sendPlain(reply, await metricsAnswer(this.options.telemetry?.page, this.options.publicUrl ?? ''));
  }
}
