import { shardOfUuid } from '@holdfast/kernel';
import { until } from '@holdfast/testkit';
import type { Workshop } from './workshop.js';

/*
 * Each scene is one interleaving, brought about by holding statements back until what must come first has come. In the
 * product as it is none of them breaks anything, except where it says so.
 */

const WITHIN_MS = 60_000;

export const lateFinish = (workshop: Workshop) => late(workshop, 'crash.plain', 'finish');
export const lateStep = (workshop: Workshop) => late(workshop, 'crash.work', 'record-step');
export const lateTransaction = (workshop: Workshop) => late(workshop, 'crash.work', 'lock-held');
export const lateRetry = (workshop: Workshop) => late(workshop, 'crash.flaky', 'requeue');

/** A worker is stopped with a write on its way, which arrives when another worker is about to write the same. */
async function late(workshop: Workshop, type: string, statement: string): Promise<void> {
  const { first, second } = workshop.holdBoth(statement);
  const piece = await workshop.create(type);
  const stale = await first;
  stale.worker.service?.signal('SIGSTOP');
  const successor = await untilTakenOver(workshop, second);
  workshop.fleet.staleWrites.push({ statement, rows: await stale.held.release() });
  stale.worker.service?.signal('SIGCONT');
  await successor.held.release();
  await workshop.ended(piece);
}

/** The pause after a lost lease is for poison: nobody waits for it here. */
async function untilTakenOver<Result>(workshop: Workshop, taken: Promise<Result>): Promise<Result> {
  const seen = { taken: false };
  void taken.then(() => (seen.taken = true));
  await until(async () => {
    await workshop.fleet.hasten();
    return seen.taken;
  }, WITHIN_MS);
  return taken;
}

/**
 * A checkpoint is in the middle of its statement when its worker is stopped: it waits for a rival who has the same row.
 * With the operation locked nobody could take it over meanwhile; so this is for a product without that lock only.
 */
export async function slowStep(workshop: Workshop): Promise<void> {
  const { first, second } = workshop.holdBoth('record-step');
  const piece = await workshop.create('crash.work');
  const stale = await first;
  await workshop.fleet.postgres.ask(async (rival) => {
    await rival.query('begin');
    await rival.query(
      `insert into holdfast.operation_steps (shard, operation_id, kind, name, ordinal, fence)
       values ($1, $2, 'step', 'first', 0, 0)`,
      [shardOfUuid(piece.uuid), piece.uuid],
    );
    const written = stale.held.release();
    await until(async () => {
      const waiting = `select from pg_stat_activity where wait_event = 'transactionid'`;
      return (await rival.query(waiting)).rowCount === 1;
    }, WITHIN_MS);
    stale.worker.service?.signal('SIGSTOP');
    const successor = await untilTakenOver(workshop, second);
    await rival.query('rollback');
    workshop.fleet.staleWrites.push({ statement: 'record-step', rows: await written });
    stale.worker.service?.signal('SIGCONT');
    await successor.held.release();
  });
  await workshop.ended(piece);
}

/** The work is done, but its deadline passes and readers see that, before the end is written. */
export async function lateForDeadline(workshop: Workshop): Promise<void> {
  const deadline = await workshop.fleet.postgres.ask(async (client) => {
    const { rows } = await client.query<{ at: Date }>(`select now() + interval '3 seconds' as at`);
    return rows[0]?.at.toISOString();
  });
  const { held, piece } = await workshop.holdOne('finish', () =>
    workshop.create('crash.plain', deadline === undefined ? {} : { deadline }),
  );
  await workshop.ended(piece);
  await held.release();
  await workshop.read(piece);
}

export async function sameKeyTwice(workshop: Workshop): Promise<void> {
  const piece = await workshop.create('crash.plain');
  await workshop.repeat(piece);
  await workshop.ended(piece);
}

export async function sameKeyAfterErasure(workshop: Workshop): Promise<void> {
  const piece = await workshop.create('crash.plain');
  await workshop.ended(piece);
  await workshop.erase(piece);
  await workshop.repeat(piece);
}

export async function foreignRead(workshop: Workshop): Promise<void> {
  const piece = await workshop.create('crash.plain');
  await workshop.ended(piece);
  await workshop.probe(piece);
}

/** The attempt fails and asks for another one; meanwhile it has been asked to stop. */
export async function canceledBeforeRetry(workshop: Workshop): Promise<void> {
  const { held, piece } = await workshop.holdOne('requeue', () => workshop.create('crash.flaky'));
  await workshop.cancel(piece);
  await held.release();
  await workshop.ended(piece);
}

/** The worker that holds it stands still; it has been asked to stop, and nobody is left to tell it so. */
export async function canceledWithLease(workshop: Workshop): Promise<void> {
  const { held, worker, piece } = await workshop.holdOne('finish', () => workshop.create('crash.plain'));
  worker.service?.signal('SIGSTOP');
  await workshop.cancel(piece);
  await workshop.ended(piece);
  workshop.fleet.staleWrites.push({ statement: 'finish', rows: await held.release() });
  worker.service?.signal('SIGCONT');
}

/** The worker that holds it stands still, and another one does the work. */
export async function lostLease(workshop: Workshop): Promise<void> {
  const { held, worker, piece } = await workshop.holdOne('finish', () => workshop.create('crash.plain'));
  worker.service?.signal('SIGSTOP');
  await workshop.ended(piece);
  workshop.fleet.staleWrites.push({ statement: 'finish', rows: await held.release() });
  worker.service?.signal('SIGCONT');
}

/** The second signal comes when the first has been given out and the operation sleeps. */
export async function twoSignals(workshop: Workshop): Promise<void> {
  const piece = await workshop.create('crash.patient', { input: { signals: 2 } });
  await workshop.waits(piece);
  await workshop.signal(piece, 'go-1');
  await workshop.waits(piece);
  await workshop.signal(piece, 'go-2');
  await workshop.ended(piece);
}

/** One signal is sent twice with one key, the second time when it has been given out. */
export async function sameSignalTwice(workshop: Workshop): Promise<void> {
  const piece = await workshop.create('crash.patient', { input: { signals: 2 } });
  await workshop.signal(piece, 'go-1');
  await workshop.waits(piece);
  await workshop.signal(piece, 'go-1');
  await workshop.signal(piece, 'go-2');
  await workshop.ended(piece);
}

/** Resumed, failed again, and asked once more with the key that is used up. */
export async function sameResumeTwice(workshop: Workshop): Promise<void> {
  const piece = await workshop.create('crash.mended', { input: { failures: 2 } });
  await workshop.ended(piece);
  await workshop.resume(piece, 'again-1');
  await workshop.ended(piece);
  await workshop.resume(piece, 'again-1');
  await workshop.ended(piece);
}

/** Somebody looks for what has been erased. */
export async function lookedForAfterErasure(workshop: Workshop): Promise<void> {
  const piece = await workshop.create('crash.plain');
  await workshop.ended(piece);
  await workshop.erase(piece);
  await workshop.read(piece);
  await workshop.find(piece);
}
