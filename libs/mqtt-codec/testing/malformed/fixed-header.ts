import { connect, ID, refusals, V4, V5 } from './refusal.ts';

export const fixedHeaderRefusals = refusals((refuse) => {
  refuse('section 2.1.2', 'packet type 0', 0x81, 5, '00 00', '0f 00');
  refuse('section 2.1.2', 'packet type 0 as the first packet', 0x81, undefined, '00 00');
  refuse('section 2.1.2', 'packet type 15 in 3.1.1', 0x81, 4, 'f0 00');
  refuse(
    'MQTT-3.1.0-1',
    'a first packet that is no CONNECT',
    0x82,
    undefined,
    "30 05 00 03 'a/b'",
    'c0 00',
    'e0 00',
  );
  refuse('MQTT-3.1.0-1', 'an HTTP request', 0x82, undefined, "'GET / HTTP/1.1' 0d 0a");
  refuse(
    'section 2.1.4',
    'a remaining length of more than four bytes',
    0x81,
    5,
    '30 80 80 80 80',
    '30 ff ff ff ff 7f',
  );
  refuse(
    'section 2.1.4',
    'a remaining length of more than four bytes in 3.1.1',
    0x81,
    4,
    '30 80 80 80 80 00',
  );
  refuse('MQTT-1.5.5-1', 'an overlong remaining length', 0x81, 5, 'c0 80 00', 'c0 80 80 80 00');
  refuse(
    'MQTT-1.5.5-1',
    'an overlong remaining length of CONNECT',
    0x81,
    undefined,
    `10 8d 00 ${V5} 02 00 0a 00 00 00`,
  );
  refuse('MQTT-2.1.3-1', 'reserved flags of CONNECT', 0x81, undefined, connect(V4, `02 00 3c ${ID}`, '11'));
  refuse('MQTT-2.1.3-1', 'reserved flags of CONNACK', 0x81, 5, '21 03 00 00 00');
  refuse('MQTT-2.1.3-1', 'reserved flags of PUBACK', 0x81, 4, '42 02 00 01', '48 02 00 01');
  refuse('MQTT-2.1.3-1', 'reserved flags of PUBREC', 0x81, 4, '52 02 00 01');
  refuse('MQTT-3.6.1-1', 'reserved flags of PUBREL', 0x81, 4, '60 02 00 01', '63 02 00 01', '6a 02 00 01');
  refuse('MQTT-3.6.1-1', 'reserved flags of PUBREL in 3.1', 0x81, 3, '60 02 00 01');
  refuse('MQTT-2.1.3-1', 'reserved flags of PUBCOMP', 0x81, 4, '71 02 00 01');
  refuse(
    'MQTT-3.8.1-1',
    'reserved flags of SUBSCRIBE',
    0x81,
    4,
    "80 06 00 01 00 01 'a' 00",
    "83 06 00 01 00 01 'a' 00",
  );
  refuse('MQTT-2.1.3-1', 'reserved flags of SUBACK', 0x81, 4, '91 03 00 01 00');
  refuse('MQTT-3.10.1-1', 'reserved flags of UNSUBSCRIBE', 0x81, 4, "a0 05 00 01 00 01 'a'");
  refuse('MQTT-2.1.3-1', 'reserved flags of UNSUBACK', 0x81, 4, 'b2 02 00 01');
  refuse('MQTT-2.1.3-1', 'reserved flags of PINGREQ', 0x81, 4, 'c1 00');
  refuse('MQTT-2.1.3-1', 'reserved flags of PINGRESP', 0x81, 4, 'd8 00');
  refuse('MQTT-3.14.1-1', 'reserved flags of DISCONNECT', 0x81, 4, 'e1 00');
  refuse('MQTT-3.15.1-1', 'reserved flags of AUTH', 0x81, 5, 'f1 00');
});
