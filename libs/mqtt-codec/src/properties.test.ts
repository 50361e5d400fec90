import { hex } from '../testing/hex.ts';
import { decodeForwardedProperties, encodeForwardedProperties } from './index.ts';

test('forwarded properties are written without a length in front, user properties in their order [MQTT-3.3.2-18]', () => {
  const bytes = encodeForwardedProperties({
    userProperties: [
      ['b', '1'],
      ['a', '2'],
      ['b', '3'],
    ],
    correlationData: hex('00 ff'),
    responseTopic: 'r/t',
    contentType: 't',
    payloadFormatIndicator: 1,
  });
  expect(bytes).toEqual(
    hex(`01 01  03 00 01 't'  08 00 03 'r/t'  09 00 02 00 ff
      26 00 01 'b' 00 01 '1'  26 00 01 'a' 00 01 '2'  26 00 01 'b' 00 01 '3'`),
  );
});

test('no properties are no bytes', () => {
  expect(encodeForwardedProperties({})).toHaveLength(0);
  expect(decodeForwardedProperties(Buffer.alloc(0))).toEqual({});
});

test.each([
  ['a property that is not forwarded', '02 00 00 00 01', 0x81],
  ['an unknown property', '7e', 0x81],
  ['a value cut short', '03 00 02 61', 0x81],
  ['a property twice', '01 01 01 00', 0x82],
  ['a payload format indicator of 2', '01 02', 0x82],
])('bytes with %s are refused', (_title, bytes, reasonCode) => {
  expect(() => decodeForwardedProperties(hex(bytes))).toThrow(expect.objectContaining({ reasonCode }));
});
