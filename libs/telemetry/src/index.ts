export * from './names/attributes.js';
export * from './start/start-telemetry.js';
export * from './start/telemetry.js';
export type { OtelVariables } from './start/exporters.js';
