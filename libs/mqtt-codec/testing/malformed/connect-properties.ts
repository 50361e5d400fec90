import { block, connect, ID, refusals, V5 } from './refusal.ts';

const withWill = (properties: string): string =>
  connect(V5, `06 00 3c 00 ${ID} ${block(properties)} 00 01 'w' 00 00`);

const withProperties = (properties: string): string => connect(V5, `02 00 3c ${block(properties)} ${ID}`);

export const connectPropertyRefusals = refusals((refuse) => {
  refuse(
    'section 3.1.3.2.2',
    'two will delay intervals',
    0x82,
    undefined,
    withWill('18 00 00 00 01 18 00 00 00 01'),
  );
  refuse(
    'section 3.3.2.3.3',
    'two message expiry intervals of a will',
    0x82,
    undefined,
    withWill('02 00 00 00 01 02 00 00 00 01'),
  );
  refuse('section 3.3.2.3.2', 'payload format indicator 2 of a will', 0x82, undefined, withWill('01 02'));
  refuse('section 2.2.2.2', 'a topic alias in a will', 0x81, undefined, withWill('23 00 01'));
  refuse('section 2.2.2.2', 'a subscription identifier in a will', 0x81, undefined, withWill('0b 01'));
  refuse(
    'section 2.2.2.2',
    'a session expiry interval in a will',
    0x81,
    undefined,
    withWill('11 00 00 00 00'),
  );

  refuse('section 3.1.2.11.3', 'receive maximum 0', 0x82, undefined, withProperties('21 00 00'));
  refuse('section 3.1.2.11.4', 'maximum packet size 0', 0x82, undefined, withProperties('27 00 00 00 00'));
  refuse('section 3.1.2.11.6', 'request response information 2', 0x82, undefined, withProperties('19 02'));
  refuse('section 3.1.2.11.7', 'request problem information 2', 0x82, undefined, withProperties('17 02'));
  refuse(
    'section 3.1.2.11.10',
    'authentication data without a method',
    0x82,
    undefined,
    withProperties('16 00 01 00'),
  );
  for (const [section, property] of [
    ['3.1.2.11.2', '11 00 00 00 01'],
    ['3.1.2.11.3', '21 00 01'],
    ['3.1.2.11.4', '27 00 00 00 01'],
    ['3.1.2.11.5', '22 00 00'],
    ['3.1.2.11.6', '19 00'],
    ['3.1.2.11.7', '17 01'],
    ['3.1.2.11.9', '15 00 00'],
  ]) {
    refuse(
      `section ${section}`,
      `property ${property} twice`,
      0x82,
      undefined,
      withProperties(`${property} ${property}`),
    );
  }
  refuse(
    'section 3.1.2.11.10',
    'authentication data twice',
    0x82,
    undefined,
    withProperties('15 00 00 16 00 00 16 00 00'),
  );
  for (const property of [
    '12 00 00',
    '13 00 01',
    '1a 00 00',
    '1c 00 00',
    '1f 00 00',
    '24 00',
    '25 00',
    '28 00',
    '2a 00',
    '02 00 00 00 01',
    '23 00 01',
    '0b 01',
    '7f',
    '80 01',
  ]) {
    refuse('section 2.2.2.2', `property ${property} in a CONNECT`, 0x81, undefined, withProperties(property));
  }
  refuse(
    'section 4.13.1',
    'a CONNECT property cut short',
    0x81,
    undefined,
    withProperties('21 00'),
    withProperties('11 00 00 00'),
  );
  refuse(
    'section 2.2.2.1',
    'CONNECT properties longer than the packet',
    0x81,
    undefined,
    connect(V5, `02 00 3c 7f ${ID}`),
  );
});
