import proxyAddress from '@fastify/proxy-addr';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TlsFiles } from './listeners/tls-certificate.ts';

/** A setting has a value that cannot be used. The message names it, for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export interface Config {
  /** Absolute. */
  dataDirectory: string;
  /** null: the embedded PostgreSQL is used. */
  databaseUrl: string | null;
  host: string;
  mqttPort: number;
  /** Listens only with `tls`. */
  mqttsPort: number;
  httpPort: number;
  /** Listens only with `tls`. */
  httpsPort: number;
  /** null: nothing is served over TLS. */
  tls: TlsFiles | null;
  /** Clients on the HTTPS port are asked for certificates, as those on the port of MQTT over TLS are. */
  httpsClientCertificates: boolean;
  /** Every connection to the MQTT ports begins with a header of the PROXY protocol. */
  proxyProtocol: boolean;
  adminEmail: string;
  /** null: one is generated at the first start. */
  adminPassword: string | null;
  /** null: there is no API key for automation. */
  adminApiKey: string | null;
  /** With it `/metrics` is read, and nothing else; null: by the platform's API keys alone. */
  metricsToken: string | null;
  /** The share of messages that is followed from publisher to subscriber, 0 to 1; 0: none is. */
  traceRatio: number;
  /** Of the control plane, from one address. */
  requestsAMinute: number;
  /**
   * Proxies that are believed where a request comes from (X-Forwarded-For): addresses, ranges of them, or proxy-addr's
   * names for some of these.
   */
  trustedProxies: string[];
  /** Requests that tenants ask for (of keys, for example) may go to this machine's own network too. */
  allowPrivateAddresses: boolean;
  /** How long the server may take to end, in milliseconds. */
  shutdownMs: number;
  /** Of the server that clients are to use when this one ends; null: they come back to this one. */
  serverReference: string | null;
  /** Tenants are found by `<tenant>.<base domain>` too; null: by user name only. */
  baseDomain: string | null;
  logLevel: (typeof LOG_LEVELS)[number];
}

/** @throws ConfigError when a variable has a value that cannot be used */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const text = (name: string) => environment[name]?.trim() || null;
  const secret = (name: string) => text(name) ?? fileText(`${name}_FILE`, text(`${name}_FILE`));
  return {
    dataDirectory: path.resolve(text('RESTANTE_DATA_DIR') ?? 'data'),
    databaseUrl: databaseUrl(secret('DATABASE_URL')),
    host: text('RESTANTE_HOST') ?? '127.0.0.1',
    mqttPort: port('RESTANTE_MQTT_PORT', text('RESTANTE_MQTT_PORT'), 1883),
    mqttsPort: port('RESTANTE_MQTTS_PORT', text('RESTANTE_MQTTS_PORT'), 8883),
    httpPort: port('RESTANTE_HTTP_PORT', text('RESTANTE_HTTP_PORT'), 8080),
    httpsPort: port('RESTANTE_HTTPS_PORT', text('RESTANTE_HTTPS_PORT'), 8443),
    tls: tls(text('RESTANTE_TLS_CERT'), text('RESTANTE_TLS_KEY')),
    httpsClientCertificates: flag(
      'RESTANTE_HTTPS_CLIENT_CERTIFICATES',
      text('RESTANTE_HTTPS_CLIENT_CERTIFICATES'),
    ),
    proxyProtocol: flag('RESTANTE_PROXY_PROTOCOL', text('RESTANTE_PROXY_PROTOCOL')),
    adminEmail: email(text('RESTANTE_ADMIN_EMAIL') ?? 'admin@restante.local'),
    adminPassword: atLeast('RESTANTE_ADMIN_PASSWORD', secret('RESTANTE_ADMIN_PASSWORD'), 8),
    adminApiKey: atLeast('RESTANTE_ADMIN_API_KEY', secret('RESTANTE_ADMIN_API_KEY'), 8),
    metricsToken: atLeast('RESTANTE_METRICS_TOKEN', secret('RESTANTE_METRICS_TOKEN'), 8),
    traceRatio: share('RESTANTE_TRACE_RATIO', text('RESTANTE_TRACE_RATIO')),
    requestsAMinute: wholeNumber('RESTANTE_REQUESTS_A_MINUTE', text('RESTANTE_REQUESTS_A_MINUTE'), 6_000),
    trustedProxies: proxies(text('RESTANTE_TRUSTED_PROXIES') ?? 'loopback'),
    allowPrivateAddresses: flag('RESTANTE_ALLOW_PRIVATE_ADDRESSES', text('RESTANTE_ALLOW_PRIVATE_ADDRESSES')),
    shutdownMs: seconds('RESTANTE_SHUTDOWN_SECONDS', text('RESTANTE_SHUTDOWN_SECONDS'), 30) * 1_000,
    serverReference: text('RESTANTE_SERVER_REFERENCE'),
    baseDomain: text('RESTANTE_BASE_DOMAIN')?.toLowerCase() ?? null,
    logLevel: logLevel(text('RESTANTE_LOG_LEVEL') ?? 'info'),
  };
}

/** What a file holds, for settings that are not to stand in the environment; null: there is no file. */
function fileText(name: string, file: string | null): string | null {
  if (file === null) return null;
  const text = readSetting(name, file).trim();
  if (text === '') throw new ConfigError(`${name} names the file ${file}, which is empty`);
  return text;
}

function readSetting(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${name} names a file that cannot be read: ${(error as Error).message}`);
  }
}

function proxies(value: string): string[] {
  const trusted = value.split(',').map((one) => one.trim());
  try {
    proxyAddress.compile(trusted);
    return trusted;
  } catch (error) {
    throw new ConfigError(
      `RESTANTE_TRUSTED_PROXIES must be addresses or ranges of them, with commas between: ${(error as Error).message}`,
    );
  }
}

function databaseUrl(value: string | null): string | null {
  if (value === null) return null;
  if (!URL.canParse(value) || !/^postgres(ql)?:$/.test(new URL(value).protocol)) {
    throw new ConfigError('DATABASE_URL must be a URL that begins with postgresql://');
  }
  return value;
}

function port(name: string, value: string | null, byDefault: number): number {
  if (value === null) return byDefault;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 65_535) {
    throw new ConfigError(`${name} must be a port from 0 to 65535 (0: any free one), not "${value}"`);
  }
  return number;
}

function wholeNumber(name: string, value: string | null, byDefault: number): number {
  if (value === null) return byDefault;
  if (!/^[1-9]\d{0,8}$/.test(value))
    throw new ConfigError(`${name} must be a whole number of at least 1, not "${value}"`);
  return Number(value);
}

function share(name: string, value: string | null): number {
  if (value === null) return 0;
  const number = Number(value);
  if (!(number >= 0 && number <= 1))
    throw new ConfigError(`${name} must be a number from 0 to 1, not "${value}"`);
  return number;
}

function seconds(name: string, value: string | null, byDefault: number): number {
  if (value === null) return byDefault;
  if (!/^[1-9]\d{0,3}$/.test(value) || Number(value) > 3_600)
    throw new ConfigError(`${name} must be a whole number of seconds from 1 to 3600, not "${value}"`);
  return Number(value);
}

function tls(certificate: string | null, key: string | null): TlsFiles | null {
  if (certificate === null && key === null) return null;
  if (certificate === null) throw new ConfigError('RESTANTE_TLS_CERT must be set where RESTANTE_TLS_KEY is');
  if (key === null) throw new ConfigError('RESTANTE_TLS_KEY must be set where RESTANTE_TLS_CERT is');
  return { certificate: path.resolve(certificate), key: path.resolve(key) };
}

function flag(name: string, value: string | null): boolean {
  if (value !== null && value !== 'true' && value !== 'false')
    throw new ConfigError(`${name} must be true or false, not "${value}"`);
  return value === 'true';
}

function email(value: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(value))
    throw new ConfigError(`RESTANTE_ADMIN_EMAIL must be an e-mail address, not "${value}"`);
  return value.toLowerCase();
}

function atLeast(name: string, value: string | null, length: number): string | null {
  if (value !== null && value.length < length)
    throw new ConfigError(`${name} must have at least ${length} characters`);
  return value;
}

function logLevel(value: string): Config['logLevel'] {
  const known = LOG_LEVELS.find((level) => level === value);
  if (known === undefined)
    throw new ConfigError(`RESTANTE_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not "${value}"`);
  return known;
}
