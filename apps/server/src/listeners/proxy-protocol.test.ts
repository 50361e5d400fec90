import { bytes, u16 } from '../../../../tests/conformance/bytes.ts';
import { parseProxyHeader, ProxyHeaderError } from './proxy-protocol.ts';

const SIGNATURE = '0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a';
const IPV4 = 'c0 00 02 07  c6 33 64 01  1f 90  07 5b';
const IPV6 = `2001 0db8 0000 0000 0000 0000 0000 0001  2001 0db8 0000 0000 0000 0000 0000 0002  1f 90  07 5b`;
const AUTHORITY = '02 000d <acme.iot.test>'.replace('000d', u16('acme.iot.test'.length));

/** A header of version 2: version and command, family and transport, and what its length counts. */
function v2(command: string, family: string, rest = ''): Buffer {
  return bytes(`${SIGNATURE} ${command} ${family} ${u16(bytes(rest).length)} ${rest}`);
}

describe('the client in the header', () => {
  test.each([
    ['PROXY TCP4 192.0.2.7 198.51.100.1 8080 1883', '192.0.2.7:8080'],
    ['PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535', '255.255.255.255:65535'],
    ['PROXY TCP6 2001:db8::1 2001:db8::2 8080 1883', '[2001:db8::1]:8080'],
    ['PROXY UNKNOWN', undefined],
    ['PROXY UNKNOWN ffff:f...f:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff anything 65535 65535', undefined],
  ])('%s', (line, remoteAddress) => {
    const header = Buffer.from(`${line}\r\n`);
    expect(parseProxyHeader(header)).toEqual({ length: header.length, origin: { remoteAddress } });
  });

  test.each([
    ['TCP over IPv4', v2('21', '11', IPV4), '192.0.2.7:8080', undefined],
    ['TCP over IPv6', v2('21', '21', IPV6), '[2001:db8::1]:8080', undefined],
    ['a Unix socket', v2('21', '31', '00'.repeat(216)), undefined, undefined],
    ['an address of no family', v2('21', '00'), undefined, undefined],
    ['the balancer itself (LOCAL)', v2('20', '00'), undefined, undefined],
    ['LOCAL with an address, which does not count', v2('20', '11', IPV4), undefined, undefined],
    ['an authority', v2('21', '11', `${IPV4} ${AUTHORITY}`), '192.0.2.7:8080', 'acme.iot.test'],
    [
      'an authority behind another field',
      v2('21', '11', `${IPV4} 04 0002 0000 ${AUTHORITY}`),
      '192.0.2.7:8080',
      'acme.iot.test',
    ],
  ])('version 2: %s', (_, header, remoteAddress, serverName) => {
    expect(parseProxyHeader(header)).toEqual({
      length: header.length,
      origin: { remoteAddress, serverName },
    });
  });
});

test.each([
  ['version 1', Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 8080 1883\r\n')],
  ['version 2', v2('21', '11', `${IPV4} ${AUTHORITY}`)],
])('%s: any beginning waits for the rest, and bytes behind the header are not part of it', (_, header) => {
  for (let length = 0; length < header.length; length++)
    expect(parseProxyHeader(header.subarray(0, length))).toBeNull();
  const more = Buffer.concat([header, bytes('10 0d 0a 00')]);
  expect(parseProxyHeader(more)).toEqual(parseProxyHeader(header));
  expect(parseProxyHeader(more)!.length).toBe(header.length);
});

describe('refused', () => {
  test.each([
    ['MQTT without a header', bytes('10 0c "MQTT"')],
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a name in lower case', Buffer.from('proxy TCP4 192.0.2.7 198.51.100.1 8080 1883\r\n')],
    ['a family that is not defined', Buffer.from('PROXY TCP5 192.0.2.7 198.51.100.1 8080 1883\r\n')],
    ['a family that is a word of JavaScript', Buffer.from('PROXY constructor a b 1 1\r\n')],
    ['no address', Buffer.from('PROXY TCP4\r\n')],
    ['an IPv6 address as IPv4', Buffer.from('PROXY TCP4 ::1 198.51.100.1 8080 1883\r\n')],
    ['a bad destination', Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.256 8080 1883\r\n')],
    ['a port above 65535', Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 65536 1883\r\n')],
    ['a port with leading zeros', Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 080 1883\r\n')],
    ['two blanks', Buffer.from('PROXY TCP4  192.0.2.7 198.51.100.1 8080 1883\r\n')],
    ['something behind the ports', Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 8080 1883 x\r\n')],
    ['a line of 108 bytes', Buffer.from(`${'PROXY UNKNOWN '.padEnd(106, 'x')}\r\n`)],
    ['a line without end', Buffer.from('PROXY UNKNOWN '.padEnd(107, 'x'))],
    ['version 1 in the form of version 2', v2('11', '11', IPV4)],
    ['a command that is not defined', v2('22', '11', IPV4)],
    ['a family that is not defined (version 2)', v2('21', '41', IPV4)],
    ['a transport that is not defined', v2('21', '13', IPV4)],
    ['an end within the addresses', v2('21', '11', 'c0 00 02 07')],
    ['an end within the head of a field', v2('21', '11', `${IPV4} 02 00`)],
    ['an end within a field', v2('21', '11', `${IPV4} 02 0005 61`)],
  ])('%s', (_, header) => {
    expect(() => parseProxyHeader(header)).toThrow(ProxyHeaderError);
  });

  test('a header of 4,097 bytes, before it has come; one of 4,096 is read', () => {
    expect(() => parseProxyHeader(bytes(`${SIGNATURE} 21 00 ${u16(4_081)}`))).toThrow(ProxyHeaderError);
    expect(parseProxyHeader(v2('21', '00', `04 ${u16(4_077)} ${'00'.repeat(4_077)}`))!.length).toBe(4_096);
  });

  test('a line of 107 bytes is the longest that is read', () => {
    expect(parseProxyHeader(Buffer.from(`${'PROXY UNKNOWN '.padEnd(105, 'x')}\r\n`))!.length).toBe(107);
  });
});
