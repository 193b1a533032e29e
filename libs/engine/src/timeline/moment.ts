import type { Micros } from '@holdfast/kernel';

/** A moment of the database as a date, cut to the millisecond. */
export function dateAt(at: Micros): Date {
  return new Date(Math.floor(at / 1_000));
}

export function maybeDateAt(at: Micros | null): Date | null {
  return at === null ? null : dateAt(at);
}
