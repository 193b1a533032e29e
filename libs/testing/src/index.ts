export type { CrashPoint } from './crash-plan.js';
export { startHoldfast, type TestHoldfastOptions } from './start-holdfast.js';
export type { TestHoldfast } from './test-holdfast.js';
