export * from './announce/ready-lines.js';
export * from './settings/settings.js';
export * from './settings/variables.js';
