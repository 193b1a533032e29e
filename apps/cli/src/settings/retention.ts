import type { RetentionWindows } from '@holdfast/store';
import { Mistake } from '../outcome/mistake.js';
import { type Environment, variable } from './environment.js';

/** The windows that a service with this environment goes by; its defaults where nothing is set. */
export async function retentionWindows(from: Environment): Promise<RetentionWindows> {
  const { VARIABLES } = await import('@holdfast/service');
  const read = (name: 'HOLDFAST_TOMBSTONE_MS' | 'HOLDFAST_ARCHIVE_MS'): number => {
    const text = variable(from, name);
    try {
      return text === undefined ? VARIABLES[name].fallback : VARIABLES[name].read(text);
    } catch (error) {
      throw new Mistake(`${name}: ${error instanceof Error ? error.message : String(error)}.`);
    }
  };
  return { tombstoneMs: read('HOLDFAST_TOMBSTONE_MS'), archiveMs: read('HOLDFAST_ARCHIVE_MS') };
}
