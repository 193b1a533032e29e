import { OperationUrls } from '@holdfast/contract';
import type { ApiSettings } from '../settings.js';

/** The URLs of a service that is configured like this. */
export function urlsOf({ publicUrl, traceUrl }: Pick<ApiSettings, 'publicUrl' | 'traceUrl'>): OperationUrls {
  return new OperationUrls(publicUrl, traceUrl);
}
