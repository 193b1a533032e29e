import type { Answered, Exchange, Sent } from './exchange.js';
import { Journal, readJournal } from './journal.js';

type HistoryLine = { readonly sent: Sent } | { readonly answered: Answered };

/** What the clients have asked and were told, in that order. A key is on disk before the request that carries it. */
export class History {
  private readonly journal: Journal;
  private sentSoFar = 0;

  constructor(readonly path: string) {
    this.journal = new Journal(path);
  }

  sending(request: Omit<Sent, 'n'>): number {
    this.sentSoFar += 1;
    this.journal.write({ sent: { n: this.sentSoFar, ...request } });
    return this.sentSoFar;
  }

  answered(answer: Answered): void {
    this.journal.write({ answered: answer });
  }

  close(): void {
    this.journal.close();
  }
}

/** Reads a history back, requests in the order in which they were sent. */
export function readHistory(path: string): Exchange[] {
  const exchanges = new Map<number, Exchange>();
  readJournal<HistoryLine>(path).forEach((line, at) => {
    if ('sent' in line) {
      exchanges.set(line.sent.n, { ...line.sent, sentAt: at, answeredAt: Number.POSITIVE_INFINITY, answer: null });
      return;
    }
    const sent = exchanges.get(line.answered.n);
    if (sent) exchanges.set(sent.n, { ...sent, answeredAt: at, answer: line.answered });
  });
  return [...exchanges.values()];
}
