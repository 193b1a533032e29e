import 'reflect-metadata';
import { startTelemetry } from '@holdfast/telemetry';
import { otelVariables } from './settings/otel-variables.js';

// Before anything else is even loaded, so that whoever asks for a tracer or a meter finds the real one.
const telemetry = await startTelemetry({ variables: otelVariables() });
const { run } = await import('./run.js');

process.exit(await run(telemetry));
