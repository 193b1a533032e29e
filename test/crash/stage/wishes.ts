import { about, type Caller, createOf, findOf, type Piece } from './caller.js';

/** The longest that a client takes before it cancels or sends one more signal. */
const HESITATION_MS = 60;
/** Signals of the handlers of this test have this name. */
const SIGNAL = 'go';

/** Asks for it to stop, once or twice at the same moment, and once more when that has been recorded. */
export async function cancel(caller: Caller, piece: Piece): Promise<void> {
  await caller.breathe(HESITATION_MS * caller.random());
  const ask = about(piece, { action: 'cancel', method: 'POST' }, '/cancel');
  await twice(caller, () => caller.insist(ask));
  if (caller.random() < 0.5) await caller.insist(ask);
}

/**
 * Sends so many signals one after the other, each with a key of its own and often twice. The first is on its way at
 * once, most likely before anybody waits for it; others come while the operation sleeps.
 */
export async function sendSignals(caller: Caller, piece: Piece, signals: number): Promise<void> {
  for (let number = 1; number <= signals; number += 1) {
    const ownKey = `${SIGNAL}-${number}`;
    const body = JSON.stringify({ payload: { signal: ownKey } });
    const ask = about(piece, { action: 'signal', method: 'POST', ownKey, body }, `/signals/${SIGNAL}`);
    await twice(caller, () => caller.insist(ask));
    await caller.breathe(HESITATION_MS * caller.random());
    if (caller.random() < 0.25) await caller.insist(ask);
  }
}

/**
 * Gives it more attempts each time it has failed, at most so many times; two ask at the same moment with the same key,
 * and the first key is used again when it has long been used up.
 */
export async function mend(caller: Caller, piece: Piece, most: number, follow: () => Promise<unknown>): Promise<void> {
  const resume = (ownKey: string) =>
    caller.insist(about(piece, { action: 'resume', method: 'POST', ownKey, body: '{}' }, '/resume'));
  for (let round = 1; round <= most; round += 1) {
    const answers = await twice(caller, () => resume(`again-${round}`));
    if (!answers.some((answer) => answer?.status === 202)) break;
    await follow();
    await resume('again-1');
    await follow();
  }
}

/** Erases it, and then tries to find it, to ask something of it, and to run it again. */
export async function erase(caller: Caller, piece: Piece, body: string): Promise<void> {
  await twice(caller, () => caller.insist(about(piece, { action: 'erase', method: 'DELETE' })));
  const another = JSON.stringify({ ...(JSON.parse(body) as object), delayMs: 1 });
  await Promise.all([
    caller.insist(createOf({ ...piece, body })),
    caller.insist(createOf({ ...piece, body: another })),
    caller.insist(findOf(piece)),
    caller.insist(about(piece, { action: 'get' })),
    caller.insist(about(piece, { action: 'cancel', method: 'POST' }, '/cancel')),
  ]);
}

/** Once, or two at the same moment. */
function twice<Result>(caller: Caller, ask: () => Promise<Result>): Promise<Result[]> {
  return Promise.all(caller.random() < 0.5 ? [ask(), ask()] : [ask()]);
}
