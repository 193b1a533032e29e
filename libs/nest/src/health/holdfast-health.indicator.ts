import type { HealthChecks } from './health-report.js';
import type { HoldfastHealth } from './holdfast-health.js';

/** What Terminus expects of an indicator (`HealthIndicatorResult` of @nestjs/terminus). */
export type HealthIndicatorResult<Key extends string> = Record<
  Key,
  { readonly status: 'up' | 'down'; readonly reason?: string } & HealthChecks
>;

/**
 * Holdfast's readiness as a check of Terminus, which need not be installed for it:
 * `health.check([() => holdfast.isHealthy('holdfast')])`.
 */
export class HoldfastHealthIndicator {
  constructor(private readonly health: HoldfastHealth) {}

  /** Never rejects: `down` says why. */
  async isHealthy<Key extends string = 'holdfast'>(key = 'holdfast' as Key): Promise<HealthIndicatorResult<Key>> {
    const { ready, checks, reason } = await this.health.ready();
    const result = { status: ready ? 'up' : 'down', ...(reason === null ? {} : { reason }), ...checks };
    return { [key]: result } as HealthIndicatorResult<Key>;
  }
}
