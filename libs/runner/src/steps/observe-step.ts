import type { StepId } from '@holdfast/kernel';

/** Lets whoever looks on see a step of this operation being executed. */
export type ObserveStep = <Result>(id: StepId, run: () => Promise<Result>) => Promise<Result>;
