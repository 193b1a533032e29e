import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '@holdfast/kernel';
import { describeThrown, stackOf } from '../attempt/thrown-value.js';
import { HandlerCollection } from './handler-collection.js';
import type { HandlerRegistry } from './handler-registry.js';
import { HandlersError } from './handlers-error.js';
import type { HandlerDefaults } from './read-definition.js';

const IS_MODULE = /\.m?js$/;
const LOADS_WITHIN_MS = 30_000;

/**
 * Loads a handlers file (`.mjs` or `.js`), or every such file of a folder in the order of their names. Sub-folders are
 * not searched, so that they can hold what handlers share. `path` is relative to the working directory.
 *
 * Throws {@link HandlersError} for the first mistake in any of them.
 */
export async function loadHandlers(path: string, defaults: HandlerDefaults = {}): Promise<HandlerRegistry> {
  const collection = new HandlerCollection(defaults);
  for (const file of await handlerFiles(path)) collection.add(await defaultExport(file), file);
  return collection.registry();
}

async function handlerFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new HandlersError(`${path}: ${missing(error) ? 'there is no such file or folder' : describeThrown(error)}`, {
      cause: error,
    });
  });
  if (!found.isDirectory()) {
    if (!IS_MODULE.test(path)) throw new HandlersError(`${path}: a handlers file ends in .mjs or .js`);
    return [path];
  }
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && IS_MODULE.test(entry.name))
    .map((entry) => entry.name);
  if (names.length === 0) throw new HandlersError(`${path}: the folder holds no .mjs or .js file`);
  return names.sort().map((name) => join(path, name));
}

async function defaultExport(file: string): Promise<unknown> {
  const url = pathToFileURL(resolve(file)).href;
  let loaded: { default?: unknown };
  try {
    loaded = await within(file, import(url) as Promise<{ default?: unknown }>);
  } catch (error) {
    if (error instanceof HandlersError) throw error;
    throw new HandlersError(`${file}: cannot be loaded: ${describeThrown(error)}${positionOf(error, url)}`, {
      cause: error,
    });
  }
  if (loaded.default === undefined) throw new HandlersError(`${file}: has no default export`);
  return loaded.default;
}

/** Loads a module, but does not wait for ever for one that waits for something itself. */
async function within<Module>(file: string, loading: Promise<Module>): Promise<Module> {
  let takeBack = () => undefined as void;
  const late = new Promise<never>((_, reject) => {
    takeBack = systemClock.after(LOADS_WITHIN_MS, () =>
      reject(new HandlersError(`${file}: was not loaded within ${LOADS_WITHIN_MS / 1_000} s`)),
    );
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    takeBack();
  }
}

function missing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

/** ` (line 3)` when the stack says where in the file it happened; a syntax error tells it nowhere else. */
function positionOf(error: unknown, url: string): string {
  const stack = stackOf(error) ?? '';
  const at = stack.indexOf(`${url}:`);
  const line = at === -1 ? null : /^\d+/.exec(stack.slice(at + url.length + 1));
  return line ? ` (line ${line[0]})` : '';
}
