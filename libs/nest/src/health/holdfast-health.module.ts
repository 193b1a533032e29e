import { Module } from '@nestjs/common';
import { MetricsController } from '../metrics/metrics.controller.js';
import { HealthController } from './health.controller.js';

/**
 * The health routes and the metrics page. A module of their own, because an application that embeds Holdfast usually has its own and only
 * asks {@link HoldfastHealth}.
 */
@Module({ controllers: [HealthController, MetricsController] })
export class HoldfastHealthModule {}
