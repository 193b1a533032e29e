import { ERROR_CATALOGUE, ERROR_SLUGS, errorCode, type ErrorSlug } from '@holdfast/kernel';

/** What `GET /errors/{slug}` says as JSON. */
export interface ErrorPage {
  readonly slug: ErrorSlug;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
  readonly retryable: boolean;
  readonly safeToRetryWithSameKey: boolean;
}

export function isErrorSlug(text: string): text is ErrorSlug {
  return (ERROR_SLUGS as readonly string[]).includes(text);
}

export function errorPage(slug: ErrorSlug): ErrorPage {
  return { slug, code: errorCode(slug), ...ERROR_CATALOGUE[slug] };
}

/** The same for a person. Everything in it comes from the catalogue and needs no escaping. */
export function errorPageHtml(slug: ErrorSlug): string {
  const { code, status, title, remedy, retryable, safeToRetryWithSameKey } = errorPage(slug);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}</style>
<h1>${title}</h1>
<p>${remedy}</p>
<dl>
<dt>HTTP status</dt><dd>${status}</dd>
<dt>Code</dt><dd><code>${code}</code></dd>
<dt>May the same request succeed later?</dt><dd>${retryable ? 'yes' : 'no'}</dd>
<dt>Is it safe to send it again with the same key?</dt><dd>${safeToRetryWithSameKey ? 'yes' : 'no'}</dd>
</dl>
</html>
`;
}
