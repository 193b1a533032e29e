/** The variables of a process, of which those that begin with `OTEL_` are read. */
export type OtelVariables = Readonly<Record<string, string | undefined>>;

/** Whether OpenTelemetry was told to be silent (`OTEL_SDK_DISABLED`). */
export function isDisabled(variables: OtelVariables): boolean {
  return wordOf(variables, 'OTEL_SDK_DISABLED') === 'true';
}

/**
 * Whether these variables say where spans go: an exporter, or an OTLP endpoint. The specification's own default is to
 * send to a collector on localhost, which would make every service without one pay for telemetry nobody gets.
 */
export function wantsTraces(variables: OtelVariables): boolean {
  if (isDisabled(variables)) return false;
  const exporter = wordOf(variables, 'OTEL_TRACES_EXPORTER');
  if (exporter !== null) return exporter !== 'none';
  return (
    wordOf(variables, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') !== null ||
    wordOf(variables, 'OTEL_EXPORTER_OTLP_ENDPOINT') !== null
  );
}

/** The value of a variable in lower case; null when it is not set or empty, which the specification takes for one. */
export function wordOf(variables: OtelVariables, name: string): string | null {
  const text = variables[name]?.trim().toLowerCase();
  return text ? text : null;
}
