import { Webhook } from 'standardwebhooks';
import { signedHeaders } from './signature.ts';
import { SigningSecrets } from './signing-secrets.ts';

const secrets = new SigningSecrets('the server’s own');
const body = '{"type":"ping","data":{"text":"grün"}}';

test('the specification’s own library takes what is signed, with any of the secrets, and nothing else', () => {
  const [first, second, other] = [secrets.generate(), secrets.generate(), secrets.generate()];
  const headers = signedHeaders('msg_1', body, [first, second], Date.now());
  expect(new Webhook(first).verify(body, headers)).toEqual(JSON.parse(body));
  expect(new Webhook(second).verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(other).verify(body, headers)).toThrow('No matching signature');
  expect(() => new Webhook(first).verify(`${body} `, headers)).toThrow('No matching signature');
  const renamed = { ...headers, 'webhook-id': 'msg_2' };
  expect(() => new Webhook(first).verify(body, renamed)).toThrow('No matching signature');
  const old = signedHeaders('msg_1', body, [first], Date.now() - 600_000);
  expect(() => new Webhook(first).verify(body, old)).toThrow('too old');
});

test('a secret is read with the server’s own alone, for its own webhook, and the old one until its end', () => {
  const [secret, previous] = [secrets.generate(), secrets.generate()];
  const stored = {
    id: 'one',
    secret: secrets.seal('one', secret),
    previousSecret: secrets.seal('one', previous),
    previousUntil: new Date(1_000),
  };
  expect(Buffer.from(stored.secret).includes(secret)).toBe(false);
  expect(secrets.open(stored, 999)).toEqual([secret, previous]);
  expect(secrets.open(stored, 1_000)).toEqual([secret]);
  expect(() => secrets.open({ ...stored, id: 'other' }, 0)).toThrow();
  expect(() => new SigningSecrets('another').open(stored, 0)).toThrow();
});
