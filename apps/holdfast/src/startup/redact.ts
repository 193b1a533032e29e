/** The URL as people may see it: with the host and the database, without user and password. */
export function shownDatabaseUrl(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.host || 'local socket'}${parsed.pathname}` : 'DATABASE_URL';
}

/** Takes every trace of the URL's password out of a text that somebody else wrote, such as a driver's message. */
export function redacted(text: string, url: string): string {
  const parsed = URL.parse(url);
  const passwords = [parsed?.password, parsed?.searchParams.get('password')].filter((value) => !!value) as string[];
  const secrets = [url, ...passwords, ...passwords.map(decoded)];
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
