import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..', '..', '..');
export const DOCKER = join(ROOT, 'docker');
export const HANDLERS = join(ROOT, 'test', 'observability', 'handlers.mjs');

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

export function ruleFile(): RuleFile {
  return parse(readFileSync(join(DOCKER, 'prometheus', 'rules.yml'), 'utf8')) as RuleFile;
}

export const ALERTS: readonly AlertRule[] = ruleFile().groups.flatMap(({ rules }) => rules);

/** Every query of the dashboard with what Grafana would put in for its variables. */
export function dashboardQueries(): { readonly title: string; readonly expr: string }[] {
  const text = readFileSync(join(DOCKER, 'grafana', 'dashboards', 'holdfast.json'), 'utf8');
  const { panels } = JSON.parse(text) as { panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll('$__rate_interval', '30s').replaceAll('$job', 'holdfast').replaceAll('$type', '.*'),
    })),
  );
}

const METRIC = /\b(?:holdfast|http|db|nodejs|v8js|process)_[a-z0-9_]+/g;

/** Names of metrics in an expression; what stands in braces, after `by` or in brackets names labels and times. */
export function metricsIn(expr: string): string[] {
  const bare = expr.replaceAll(/\{[^}]*\}|\b(?:by|on) ?\([^)]*\)/g, '');
  return [...new Set(bare.match(METRIC) ?? [])];
}

/** Names of the series of a page in the Prometheus text format. */
export function seriesNames(page: string): Set<string> {
  return new Set(
    page
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => /^[a-z0-9_]+/.exec(line)?.[0] ?? line),
  );
}

/**
 * The rules with their times divided by `factor`, so that minutes of a bad state become seconds of a test. Thresholds
 * and expressions are those of production.
 */
export function hurriedRules(factor: number): RuleFile {
  const hurried = (text: string) =>
    text.replaceAll(/\b(\d+)(s|m)\b/g, (_, count: string, unit: string) => {
      const seconds = Number(count) * (unit === 'm' ? 60 : 1);
      return `${Math.max(1, Math.round(seconds / factor))}s`;
    });
  return {
    groups: ruleFile().groups.map(({ name, rules }) => ({
      name,
      interval: '500ms',
      rules: rules.map((rule) => ({
        ...rule,
        expr: rule.expr.replaceAll(/\[(\d+[sm])\]/g, (window) => hurried(window)),
        ...(rule.for === undefined ? {} : { for: hurried(rule.for) }),
      })),
    })),
  };
}
