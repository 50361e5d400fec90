import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError, readConfig } from './config.ts';

test('everything is optional', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    mqttPort: 1883,
    mqttsPort: 8883,
    httpPort: 8080,
    httpsPort: 8443,
    tls: null,
    proxyProtocol: false,
    trustedProxies: ['loopback'],
    allowPrivateAddresses: false,
    databaseUrl: null,
    shutdownMs: 30_000,
    serverReference: null,
    logLevel: 'info',
  });
});

test.each([
  ['RESTANTE_MQTT_PORT', '70000'],
  ['RESTANTE_MQTT_PORT', 'mqtt'],
  ['RESTANTE_MQTTS_PORT', '65536'],
  ['RESTANTE_HTTP_PORT', '-1'],
  ['RESTANTE_HTTPS_PORT', '8443x'],
  ['RESTANTE_PROXY_PROTOCOL', '1'],
  ['RESTANTE_PROXY_PROTOCOL', 'TRUE'],
  ['RESTANTE_ALLOW_PRIVATE_ADDRESSES', 'yes'],
  ['RESTANTE_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['RESTANTE_TRUSTED_PROXIES', 'balancer'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['DATABASE_URL', 'nonsense'],
  ['DATABASE_URL_FILE', '/nowhere/at/all'],
  ['DATABASE_URL_FILE', '/dev/null'],
  ['RESTANTE_ADMIN_EMAIL', 'admin'],
  ['RESTANTE_ADMIN_PASSWORD', 'short'],
  ['RESTANTE_ADMIN_API_KEY', 'short'],
  ['RESTANTE_METRICS_TOKEN', 'short'],
  ['RESTANTE_TRACE_RATIO', '2'],
  ['RESTANTE_TRACE_RATIO', 'half'],
  ['RESTANTE_SHUTDOWN_SECONDS', '0'],
  ['RESTANTE_SHUTDOWN_SECONDS', '3601'],
  ['RESTANTE_LOG_LEVEL', 'loud'],
])('%s=%s is refused with a sentence that names it', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
  expect(() => readConfig({ [name]: value })).toThrow(name);
});

test.each([
  ['RESTANTE_TLS_CERT', 'RESTANTE_TLS_KEY'],
  ['RESTANTE_TLS_KEY', 'RESTANTE_TLS_CERT'],
])('%s without %s is refused with a sentence that names what is missing', (given, missing) => {
  expect(() => readConfig({ [given]: 'file.pem' })).toThrow(
    new ConfigError(`${missing} must be set where ${given} is`),
  );
});

test('certificate and key together are two absolute paths', () => {
  expect(readConfig({ RESTANTE_TLS_CERT: 'certificate.pem', RESTANTE_TLS_KEY: '/tls/key.pem' }).tls).toEqual({
    certificate: path.resolve('certificate.pem'),
    key: '/tls/key.pem',
  });
});

test.each([
  ['true', true],
  ['false', false],
  ['', false],
])('RESTANTE_PROXY_PROTOCOL=%s is %s', (value, expected) => {
  expect(readConfig({ RESTANTE_PROXY_PROTOCOL: value }).proxyProtocol).toBe(expected);
});

test('a secret may stand in a file that is named instead, and is what the variable itself says where both are there', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'restante-secret-'));
  const file = path.join(directory, 'url');
  await writeFile(file, 'postgresql://from/file\n');
  const given = { DATABASE_URL_FILE: file };
  expect(readConfig(given).databaseUrl).toBe('postgresql://from/file');
  expect(readConfig({ ...given, DATABASE_URL: '' }).databaseUrl).toBe('postgresql://from/file');
  expect(readConfig({ ...given, DATABASE_URL: 'postgresql://itself' }).databaseUrl).toBe(
    'postgresql://itself',
  );
  await rm(directory, { recursive: true });
});

test('trusted proxies are a list', () => {
  const { trustedProxies } = readConfig({
    RESTANTE_TRUSTED_PROXIES: 'loopback, 172.30.183.0/24,2001:db8::1',
  });
  expect(trustedProxies).toEqual(['loopback', '172.30.183.0/24', '2001:db8::1']);
});
