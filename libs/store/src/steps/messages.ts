import {
  LIVE_STATUSES,
  type OperationMessage,
  shardOfUuid,
  type SignalOutcome,
  type SignalToSend,
  type Status,
} from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { Executor } from '../statements/executor.js';

/** Puts a signal into the box of an operation; a repeat of the same signal is the same signal. */
export async function sendSignal(executor: Executor, signal: SignalToSend): Promise<SignalOutcome> {
  const [target] = await executor.run<{ status: Status; known_fingerprint: Buffer | null; sent: boolean }>(
    'send-signal',
    {
      shard: shardOfUuid(signal.uuid),
      id: signal.uuid,
      tenant: signal.tenant,
      name: signal.name,
      key: signal.key,
      fingerprint: signal.fingerprint,
      payload: signal.payload,
      trace_parent: signal.traceParent,
      live: LIVE_STATUSES,
    },
  );
  if (!target) return 'missing';
  if (target.sent) return 'sent';
  if (target.known_fingerprint) return target.known_fingerprint.equals(signal.fingerprint) ? 'sent' : 'differs';
  if ((LIVE_STATUSES as readonly Status[]).includes(target.status)) {
    // The same key came in at the same moment and was not to be seen yet: now it is.
    return sendSignal(executor, signal);
  }
  return 'terminal';
}

export async function deliverLooks(executor: Executor, limit: number): Promise<string[]> {
  const rows = await executor.runUnprepared<{ id: string }>('deliver-looks', { limit });
  return rows.map((row) => row.id);
}

export async function cancelMessages(executor: Executor, limit: number): Promise<OperationMessage[]> {
  const rows = await executor.runUnprepared<{
    shard: number;
    id: string;
    sender_id: string;
    kind: 'cancel';
    tenant: string | null;
  }>('cancel-messages', { limit });
  return rows.map(({ shard, id, sender_id, kind, tenant }) => ({
    shard,
    uuid: id,
    senderUuid: sender_id,
    kind,
    tenant,
  }));
}

export async function discardMessages(executor: Executor, messages: readonly OperationMessage[]): Promise<void> {
  await executor.run(
    'discard-messages',
    columns(messages, {
      shards: (message) => message.shard,
      ids: (message) => message.uuid,
      senders: (message) => message.senderUuid,
      kinds: (message) => message.kind,
    }),
  );
}
