import { hash as hashArgon2 } from '@node-rs/argon2';
import { hash as hashBcrypt } from '@node-rs/bcrypt';
import { complaintAboutHash, isPasswordOf } from './foreign-hash.ts';

const base64 = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('base64');

/** By mosquitto_passwd 2.0.11 (the first two), by RFC 6070 (the third), and of well-known digests of "password". */
const KNOWN = [
  [
    'PBKDF2 with SHA-512 of Mosquitto',
    '$pbkdf2-sha512$i=101$th86Nnwl8NVGwniP$4bhkCLdAjjHxdNRG5oeD1bI5zRftYKD3PHSTizzhkIvBv8085mYSmArE4bP7KoLraNaVGGdkO/r3iXDkrER8ig==',
    'lamp-secret',
  ],
  [
    'SHA-512 of Mosquitto 1.6, with the salt behind',
    '$sha512$salt=suffix$xtFvr5srPPv4AP5I$Ta4cMDrayAgmcWivXgv9A3Ou5eMD/ttIG++Hozec/YZjEPL5eoSiMSHN3UmZxJoJ/LiT9HZoosbdy1MRAMpZ+g==',
    'old-secret',
  ],
  [
    'PBKDF2 with SHA-1',
    `$pbkdf2-sha1$i=4096$${base64('salt')}$${base64('4b007901b765489abead49d926f721d065a429c1', 'hex')}`,
    'password',
  ],
  ['MD5 without a salt', `$md5$salt=none$$${base64('5f4dcc3b5aa765d61d8327deb882cf99', 'hex')}`, 'password'],
  [
    'SHA-256 with the salt in front',
    `$sha256$salt=prefix$${base64('pass')}$${base64('5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8', 'hex')}`,
    'word',
  ],
] as const;

test.each(KNOWN)('%s', async (_name, text, password) => {
  expect(complaintAboutHash(text)).toBeNull();
  expect(await isPasswordOf(text, Buffer.from(password))).toBe(true);
  expect(await isPasswordOf(text, Buffer.from(`${password} `))).toBe(false);
});

test('bcrypt, of all the password or none', async () => {
  const text = await hashBcrypt('x'.repeat(72), { cost: 4 });
  expect(complaintAboutHash(text)).toBeNull();
  expect(await isPasswordOf(text, Buffer.from('x'.repeat(72)))).toBe(true);
  expect(await isPasswordOf(text, Buffer.from('x'.repeat(73)))).toBe(false);
});

test('argon2', async () => {
  const text = await hashArgon2('a secret', { memoryCost: 1_024, timeCost: 2, parallelism: 1 });
  expect(complaintAboutHash(text)).toBeNull();
  expect(await isPasswordOf(text, Buffer.from('a secret'))).toBe(true);
  expect(await isPasswordOf(text, Buffer.from('another'))).toBe(false);
});

test.each([
  ['$7$101$c2FsdA==$aGFzaA==', 'must be as'],
  ['secret', 'must be as'],
  ['$sha256$salt=prefix$not base64$aGFzaA==', 'must be as'],
  ['$sha256$salt=around$c2FsdA==$aGFzaA==', 'salt=prefix'],
  ['$sha256$salt=prefix$c2FsdA==$aGFzaA==', 'none of sha256: it has 4 bytes'],
  ['$pbkdf2-sha512$i=1000001$c2FsdA==$aGFzaGhhc2hoYXNoaGFzaA==', 'from 1 to 1000000'],
  ['$pbkdf2-sha512$i=0$c2FsdA==$aGFzaGhhc2hoYXNoaGFzaA==', 'from 1 to 1000000'],
  ['$pbkdf2-sha512$i=1$c2FsdA==$aGFzaA==', '16 to 64 bytes'],
  [`$2b$14$${'a'.repeat(53)}`, 'cost of passwordHash must be from 4 to 13'],
  [`$argon2id$v=19$m=1048576,t=3,p=4$${'a'.repeat(22)}$${'a'.repeat(43)}`, 'at the most'],
  ['$argon2id$v=19$m=65536', 'must be as $argon2id'],
  ['x'.repeat(513), '512 characters'],
])('%s is refused with a sentence', (text, sentence) => {
  expect(complaintAboutHash(text)).toContain(sentence);
});
