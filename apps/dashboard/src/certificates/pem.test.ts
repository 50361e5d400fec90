import { createHash, randomBytes } from 'node:crypto';
import { fingerprintOf, fromPem, toPem } from './pem.ts';

const DER = Uint8Array.from([0x30, ...randomBytes(149)]);

test('a file in DER becomes PEM, and one in PEM stays as it is', () => {
  const pem = toPem(DER, 'CERTIFICATE');
  expect(pem.split('\n').map(({ length }) => length)).toEqual([27, 64, 64, 64, 8, 25, 0]);
  expect(fromPem(pem)).toEqual(DER);
  expect(toPem(new TextEncoder().encode(`Subject: a\n${pem}`), 'CERTIFICATE')).toBe(`Subject: a\n${pem}`);
});

test('the fingerprint is that of the first certificate, and there is none of nonsense', async () => {
  const other = toPem(Uint8Array.from([0x30, ...randomBytes(8)]), 'CERTIFICATE');
  const expected = createHash('sha256').update(DER).digest('hex');
  expect(await fingerprintOf(toPem(DER, 'CERTIFICATE') + other)).toBe(expected);
  expect(await fingerprintOf('-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----')).toBeUndefined();
  expect(await fingerprintOf('a')).toBeUndefined();
  expect(await fingerprintOf(toPem(new TextEncoder().encode('notes'), 'CERTIFICATE'))).toBeUndefined();
});
