import { OperationUrls } from '@holdfast/contract';
import type { ApiSettings } from '../settings.js';

/** The URLs of a service that is configured like this. */
export function urlsOf({ publicUrl }: Pick<ApiSettings, 'publicUrl'>): OperationUrls {
  return new OperationUrls(publicUrl);
}
