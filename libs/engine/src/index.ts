export * from './control-operation.js';
export * from './create-operation.js';
export * from './decide-settlement.js';
export * from './engine.js';
export * from './poll-advice.js';
export * from './read-operation.js';
export * from './sweep.js';
export * from './watch-operation.js';
