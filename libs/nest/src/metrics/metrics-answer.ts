import { Refusal } from '@holdfast/kernel';
import type { MetricsPage } from '@holdfast/telemetry';
import { type PlainAnswer, problemAnswer } from '../health/plain-answer.js';

/** The page as an answer; 404 in an application that keeps its metrics elsewhere. */
export async function metricsAnswer(page: MetricsPage | undefined, publicUrl: string): Promise<PlainAnswer> {
  if (!page) return problemAnswer(new Refusal('route-not-found', 'This process shows no metrics.'), publicUrl);
  const headers = {
    'content-type': page.contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body: await page.text() };
}
