import { connectUrl, type Login, publishLine, SNIPPETS } from './snippets.ts';

const LOGIN: Login = {
  host: 'localhost',
  port: 1883,
  mqttUsername: 'acme:device',
  password: 'aZ-_09',
  clientId: 'device',
};

const write = (name: string, login: Login) => SNIPPETS.find((snippet) => snippet.name === name)!.write(login);

describe('what is to be pasted', () => {
  it('logs in, keeps its session and prints what comes', () => {
    expect(write('mosquitto', LOGIN)).toBe(
      "mosquitto_sub -h localhost -p 1883 -u acme:device -P aZ-_09 -i device -c -q 1 -t '#' -v",
    );
  });

  it('quotes what a shell would take apart', () => {
    const login = {
      ...LOGIN,
      host: '::1',
      mqttUsername: "acme:o'neil;rm",
      password: 'x',
      clientId: "o'neil;rm",
    };
    expect(write('mosquitto', login)).toContain(String.raw`-u 'acme:o'\''neil;rm' -P x -i 'o'\''neil;rm'`);
  });

  it.each(['Python', 'Node', 'Arduino', 'C'])('is filled in for %s, quotes and all', (name) => {
    const text = write(name, { ...LOGIN, clientId: String.raw`a"\b` });
    for (const part of ['"localhost"', '1883', '"acme:device"', '"aZ-_09"', String.raw`"a\"\\b"`])
      expect(text).toContain(part);
  });

  it('is a URL whose parts cannot be taken for one another', () => {
    expect(connectUrl({ ...LOGIN, host: '::1', mqttUsername: 'acme:a@b' })).toBe(
      'mqtt://acme%3Aa%40b:aZ-_09@[::1]:1883',
    );
  });
});

test('the line that publishes is for the same credential', () => {
  expect(publishLine({ ...LOGIN, host: 'mqtt.example.com' })).toBe(
    'mosquitto_pub -h mqtt.example.com -p 1883 -u acme:device -P aZ-_09 -q 1 -t hello -m Hello',
  );
});
