import { diag, type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '@restante/broker';
import { setTimeout } from 'node:timers/promises';
import { VERSION } from '../version.ts';
import { MessageTracer } from './message-tracer.ts';

/** For what is left when the server stops: the database is still to be stopped after it. */
const STOP_WITHIN_MS = 2_000;

export interface Tracing {
  tracer: MessageTracer;
  /** Sends what is left, or drops it when its collector does not take it. */
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
    stop: () => send(provider, log),
  };
}

async function send(provider: TracerProvider, log: Logger): Promise<void> {
  const late = setTimeout(STOP_WITHIN_MS, undefined, { ref: false }).then(() => {
    throw new Error(`The collector did not take them within ${STOP_WITHIN_MS} ms`);
  });
  try {
    await Promise.race([provider.shutdown(), late]);
  } catch (error) {
    log.warn({ tracing: (error as Error).message }, 'The last traces are lost');
  }
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
