import { ExportResultCode } from '@opentelemetry/core';
import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';

/** Sends a finished `ExportTraceServiceRequest`; gives why it did not arrive, null when it did. Never rejects. */
export type SendSpans = (request: Uint8Array) => Promise<string | null>;

/** The ways to a collector that take protobuf. */
export type ProtobufProtocol = 'grpc' | 'http/protobuf';

export interface Sender {
  readonly send: SendSpans;
  close(): Promise<void>;
}

/** What is sent is written already; what comes back is read by the SDK. */
const WRITTEN = {
  serializeRequest: (request: Uint8Array) => request,
  deserializeResponse: (answer: Uint8Array) => ProtobufTraceSerializer.deserializeResponse(answer),
};
const ITEMS = { name: 'span', countItems: () => 1 } as const;

/**
 * The SDK's own exporters without their serializer: endpoint, headers, certificates, compression, time-outs and
 * retries are theirs, from `OTEL_EXPORTER_OTLP_*`. `timeoutMs` is what a batch may take at most beside those.
 */
export async function openSender(protocol: ProtobufProtocol, timeoutMs: number): Promise<Sender> {
  const delegate = protocol === 'grpc' ? await grpcDelegate(timeoutMs) : await httpDelegate(timeoutMs);
  return {
    send: (request) => sent(delegate, request),
    close: () => delegate.shutdown(),
  };
}

function sent(delegate: IOtlpExportDelegate<Uint8Array>, request: Uint8Array): Promise<string | null> {
  return new Promise((resolve) => {
    delegate.export(request, ({ code, error }) => {
      resolve(code === ExportResultCode.SUCCESS ? null : (error?.message ?? 'The collector gave no reason.'));
    });
  });
}

async function httpDelegate(timeoutMs: number): Promise<IOtlpExportDelegate<Uint8Array>> {
  const { convertLegacyHttpOptions, createOtlpHttpExportDelegate } =
    await import('@opentelemetry/otlp-exporter-base/node-http');
  const headers = { 'Content-Type': 'application/x-protobuf' };
  const options = convertLegacyHttpOptions({}, 'TRACES', 'v1/traces', headers);
  return createOtlpHttpExportDelegate(inTime(options, timeoutMs), WRITTEN, 'otlp_http_span_exporter', ITEMS, undefined);
}

async function grpcDelegate(timeoutMs: number): Promise<IOtlpExportDelegate<Uint8Array>> {
  const { convertLegacyOtlpGrpcOptions, createOtlpGrpcExportDelegate } =
    await import('@opentelemetry/otlp-grpc-exporter-base');
  const options = inTime(convertLegacyOtlpGrpcOptions({}, 'TRACES'), timeoutMs);
  const service = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  return createOtlpGrpcExportDelegate(
    options,
    WRITTEN,
    'otlp_grpc_span_exporter',
    ITEMS,
    undefined,
    'TraceExportService',
    service,
  );
}

function inTime<Options extends { readonly timeoutMillis: number }>(options: Options, timeoutMs: number): Options {
  return { ...options, timeoutMillis: Math.min(options.timeoutMillis, timeoutMs) };
}
