import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Logger } from '@restante/broker';
import { VERSION } from '../version.ts';
import { MessageTracer } from './message-tracer.ts';

export interface Tracing {
  tracer: MessageTracer;
  /** Sends what is left. */
  stop: () => Promise<void>;
}

/**
 * Traces by OTLP over HTTP. Where they go, and under which name, OpenTelemetry's own variables say
 * (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`). What cannot
 * be sent in time is dropped.
 */
export function startTracing(ratio: number, log: Logger): Tracing {
  diag.setLogger(toDiagnostics(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const own = resourceFromAttributes({ 'service.name': 'restante', 'service.version': VERSION });
  const given = detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] });
  const provider = new TracerProvider({
    resource: own.merge(given),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  return {
    tracer: new MessageTracer(provider.getTracer('restante', VERSION), ratio),
    stop: () => provider.shutdown(),
  };
}

function toDiagnostics(log: Logger): DiagLogger {
  const say = (level: 'debug' | 'warn') => (text: string) => log[level]({ tracing: text }, 'Traces');
  return {
    error: say('warn'),
    warn: say('warn'),
    info: say('debug'),
    debug: say('debug'),
    verbose: say('debug'),
  };
}
