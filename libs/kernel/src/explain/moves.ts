import type { LifecycleEvent } from '../lifecycle/table.js';

/** What an operation can be moved by next: the event, and its sentence. A null event is the handler's to choose. */
const moves = {
  claim_when_due: move('claim', 'A worker takes it once it is due.'),
  claim_when_signaled: move('claim', 'A worker takes it when the signal comes.'),
  claim_when_child_ends: move('claim', 'A worker takes it when the operation it called ends.'),
  claim_when_free: move('claim', 'A worker takes it as soon as one has a free slot.'),
  claim_when_known: move('claim', 'A worker takes it as soon as one that knows it is there.'),
  end_of_handler: move(null, 'Its handler ends, or waits for something.'),
  end_of_canceled: move('yield-canceled', 'Its handler yields.'),
  lease_lost: move('lose', 'The next sweep takes it back from its worker.'),
  deadline: move('expire', 'Its deadline passes.'),
  resume: move('resume', 'Somebody resumes it; nothing else moves it.'),
} as const satisfies Record<string, Move>;

interface Move {
  readonly event: LifecycleEvent | null;
  readonly detail: string;
}

function move(event: LifecycleEvent | null, detail: string): Move {
  return { event, detail };
}

export type MoveName = keyof typeof moves;
export const MOVES: Readonly<Record<MoveName, Move>> = moves;
