import { connectLine, publishLine } from './connect-line.ts';

describe('the line to paste', () => {
  it('logs in, keeps its session and prints what comes', () => {
    expect(connectLine('localhost', 1883, 'acme:device', 'aZ-_09')).toBe(
      "mosquitto_sub -h localhost -p 1883 -u acme:device -P aZ-_09 -i device -c -q 1 -t '#' -v",
    );
  });

  it('quotes what a shell would take apart', () => {
    expect(connectLine('::1', 1883, "acme:o'neil;rm", 'x')).toContain(
      String.raw`-u 'acme:o'\''neil;rm' -P x -i 'o'\''neil;rm'`,
    );
  });
});

test('the line that publishes is for the same credential', () => {
  expect(publishLine('mqtt.example.com', 1883, 'acme:sensor-1', 'secret')).toBe(
    'mosquitto_pub -h mqtt.example.com -p 1883 -u acme:sensor-1 -P secret -q 1 -t hello -m Hello',
  );
});
