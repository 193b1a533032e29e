import type { JsonValue, StepStore, TransactionScope } from '@holdfast/kernel';
import { outputText, recall, valueOf } from './output.js';
import type { StepParts } from './run-step.js';

/**
 * `op.transaction`: the handler's SQL and the checkpoint commit together or not at all, so what it does in this
 * database happens exactly once. A failure leaves nothing behind and is the operation's.
 */
export async function transaction(
  parts: StepParts & { readonly store: StepStore },
  name: unknown,
  fn: (scope: TransactionScope) => unknown,
): Promise<JsonValue | undefined> {
  const id = parts.journal.next('transaction', name);
  if (typeof fn !== 'function') throw new TypeError(`op.transaction «${id.name}» needs a function`);
  const known = parts.journal.find(id);
  if (known?.finished) return recall(known);
  await parts.onNew();
  const commit = async () => {
    if (parts.signal.aborted) throw parts.signal.reason;
    const write = parts.journal.write(id, {});
    const done = await parts.store.transaction(write, async (scope) =>
      outputText(`The transaction «${id.name}»`, await fn(scope)),
    );
    if (!done) return parts.journal.lost();
    parts.journal.remember({ ...write, output: done.output });
    return valueOf(done.output);
  };
  return parts.activity.run(() => parts.observe(id, commit));
}
