import { Client } from 'pg';

/** Opens a session outside of any test's database. A server that goes away must not take the process with it. */
export async function openSession(serverUrl: string, name: string): Promise<Client> {
  const client = new Client({ connectionString: serverUrl, application_name: name });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Runs statements on the server, outside of any test's database. */
export async function onServer<Result>(serverUrl: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await openSession(serverUrl, 'holdfast testkit');
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
