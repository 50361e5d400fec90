import { ConfigError, readConfig } from './config.ts';

test('everything is optional', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    mqttPort: 1883,
    httpPort: 8080,
    databaseUrl: null,
    logLevel: 'info',
  });
});

test.each([
  ['RESTANTE_MQTT_PORT', '70000'],
  ['RESTANTE_MQTT_PORT', 'mqtt'],
  ['RESTANTE_HTTP_PORT', '-1'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['DATABASE_URL', 'nonsense'],
  ['RESTANTE_ADMIN_EMAIL', 'admin'],
  ['RESTANTE_ADMIN_PASSWORD', 'short'],
  ['RESTANTE_ADMIN_API_KEY', 'short'],
  ['RESTANTE_LOG_LEVEL', 'loud'],
])('%s=%s is refused with a sentence that names it', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
  expect(() => readConfig({ [name]: value })).toThrow(name);
});
