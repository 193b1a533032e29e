// Carries one intent out with a key store in a folder, and says which operation it was. The test kills it in between.
import { Holdfast } from '@holdfast/client';
import { FileKeyStore } from '@holdfast/client/node';

const [baseUrl, folder, intent] = process.argv.slice(2);
const holdfast = new Holdfast({ baseUrl, keyStore: new FileKeyStore(folder) });

await holdfast.once(intent, async (given) => {
  const { operation, replayed } = await holdfast.create('ledger.write', { n: intent }, given);
  console.log(JSON.stringify({ id: operation.id, replayed, recovered: given.recovered }));
});
