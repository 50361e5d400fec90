import { decodeAll } from '../testing/decode-all.ts';
import { acknowledgementRefusals } from '../testing/malformed/acknowledgement.ts';
import { answerRefusals } from '../testing/malformed/answers.ts';
import { connectPropertyRefusals } from '../testing/malformed/connect-properties.ts';
import { connectRefusals } from '../testing/malformed/connect.ts';
import { fixedHeaderRefusals } from '../testing/malformed/fixed-header.ts';
import { publishRefusals } from '../testing/malformed/publish.ts';
import type { Refusal } from '../testing/malformed/refusal.ts';
import { stringRefusals } from '../testing/malformed/strings.ts';
import { subscribeRefusals } from '../testing/malformed/subscribe.ts';
import { MqttError, type ProtocolVersion } from './index.ts';

describe.each([
  ['fixed headers', fixedHeaderRefusals],
  ['strings', stringRefusals],
  ['CONNECT', connectRefusals],
  ['properties of CONNECT and will', connectPropertyRefusals],
  ['PUBLISH', publishRefusals],
  ['PUBACK, PUBREC, PUBREL and PUBCOMP', acknowledgementRefusals],
  ['SUBSCRIBE and UNSUBSCRIBE', subscribeRefusals],
  ['CONNACK, SUBACK, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT and AUTH', answerRefusals],
])('%s: the decoder refuses', (_group, refusals) => {
  test.each(refusals.map(titled))('$title', ({ bytes, version, reasonCode, clause }) => {
    expect(refusalOf([bytes], version)).toMatchObject({ reasonCode, clause });
    const byteByByte = Array.from(bytes, (byte) => Buffer.of(byte));
    expect(refusalOf(byteByByte, version)).toMatchObject({ reasonCode, clause });
  });
});

function titled(refusal: Refusal): Refusal & { title: string } {
  const { clause, name, reasonCode, version, bytes } = refusal;
  const level = version === undefined ? 'first packet' : { 3: '3.1', 4: '3.1.1', 5: '5.0' }[version];
  const title = `[${clause}] ${name}: 0x${reasonCode.toString(16)} (${level}, ${bytes.toString('hex')})`;
  return { ...refusal, title };
}

function refusalOf(chunks: Buffer[], version: ProtocolVersion | undefined): MqttError {
  try {
    decodeAll(chunks, version);
  } catch (error) {
    if (error instanceof MqttError) return error;
    throw error;
  }
  throw new Error('The bytes were accepted or taken for the beginning of a packet');
}
