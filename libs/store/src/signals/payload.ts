import type { Signal } from '@holdfast/kernel';

/** A notification holds at most 7,999 bytes; this many ids stay below that. */
const IDS_MAX = 200;

/** Payloads of one flush: `<sender> due`, `<sender> changed <id>,<id>`, `<sender> cancel <id>`. */
export function encodeSignals(
  sender: string,
  due: boolean,
  changed: readonly string[],
  cancel: readonly string[],
): string[] {
  const payloads = due ? [`${sender} due`] : [];
  // More than one message of changes would cost more than the poll it saves.
  if (changed.length > 0) payloads.push(`${sender} changed ${changed.slice(0, IDS_MAX).join(',')}`);
  for (let at = 0; at < cancel.length; at += IDS_MAX) {
    payloads.push(`${sender} cancel ${cancel.slice(at, at + IDS_MAX).join(',')}`);
  }
  return payloads;
}

/** Reads a payload back; null for one's own and for what a newer release may send. */
export function decodeSignal(payload: string, self: string): Signal | null {
  const [sender, kind, ids] = payload.split(' ');
  if (sender === self) return null;
  if (kind === 'due') return { kind };
  if ((kind === 'changed' || kind === 'cancel') && ids) return { kind, uuids: ids.split(',') };
  return null;
}
