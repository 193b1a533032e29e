import { Module } from '@nestjs/common';
import { HealthController } from './health.controller.js';

/**
 * The health routes. A module of their own, because an application that embeds Holdfast usually has its own and only
 * asks {@link HoldfastHealth}.
 */
@Module({ controllers: [HealthController] })
export class HoldfastHealthModule {}
