import { isRefusal, Refusal } from '@holdfast/kernel';
import { failureOf, unavailable } from './database-error.js';

/** Turns «cannot be asked» and «somebody is in the way» into the refusals callers know; every other error passes. */
export async function answered<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (isRefusal(error)) throw error;
    switch (failureOf(error)) {
      case 'unavailable':
        throw unavailable(error);
      case 'blocked':
        throw new Refusal('overloaded', 'Others are at the same row.', { retryAfterSeconds: 1 }, { cause: error });
      case 'rejected':
        throw error;
    }
  }
}
