import { type HandlerRegistry, HandlersError, loadHandlers } from '@holdfast/runner';
import { fileURLToPath } from 'node:url';
import type { Settings } from '../settings/settings.js';
import { StartupError } from './startup-error.js';

/** The handlers a newcomer finds; they ship beside the compiled code. */
export const DEMO_HANDLERS = fileURLToPath(new URL('../../demo/handlers.mjs', import.meta.url));

/** Loads the handlers file or folder. Throws a {@link StartupError} with the one line that names the mistake. */
export async function chosenHandlers(settings: Settings): Promise<HandlerRegistry> {
  try {
    return await loadHandlers(settings.handlers ?? DEMO_HANDLERS, { replayWindowMs: settings.replayWindowMs });
  } catch (error) {
    if (error instanceof HandlersError) throw new StartupError(`HOLDFAST_HANDLERS: ${error.message}`, { cause: error });
    throw error;
  }
}
