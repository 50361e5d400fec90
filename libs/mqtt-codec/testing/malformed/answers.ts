import { refusals } from './refusal.ts';

export const answerRefusals = refusals((refuse) => {
  refuse('MQTT-3.2.2-1', 'a reserved connect acknowledge flag', 0x81, 4, '20 02 02 00');
  refuse('MQTT-3.2.2-1', 'a reserved connect acknowledge flag', 0x81, 5, '20 03 80 00 00');
  refuse('MQTT-3.2.2-6', 'session present in a refusal', 0x82, 4, '20 02 01 05');
  refuse('MQTT-3.2.2-6', 'session present in a refusal', 0x82, 5, '20 03 01 87 00');
  refuse('v3 MQTT-3.2.2-6', 'a reserved return code in a CONNACK', 0x82, 4, '20 02 00 06', '20 02 00 87');
  refuse('MQTT-3.2.2-8', 'an unknown reason code in a CONNACK', 0x82, 5, '20 03 00 01 00', '20 03 00 8e 00');
  refuse('section 4.13.1', 'a CONNACK cut short', 0x81, 4, '20 00', '20 01 00');
  refuse('section 4.13.1', 'a CONNACK without a property length', 0x81, 5, '20 02 00 00');
  refuse('section 4.13.1', 'a CONNACK that goes on', 0x81, 4, '20 03 00 00 00');
  refuse('section 3.2.2.3.4', 'maximum QoS 2', 0x82, 5, '20 05 00 00 02 24 02');
  refuse('section 3.2.2.3.5', 'retain available 2', 0x82, 5, '20 05 00 00 02 25 02');
  refuse('section 3.2.2.3.11', 'wildcard subscription available 2', 0x82, 5, '20 05 00 00 02 28 02');
  refuse('section 3.2.2.3.12', 'subscription identifiers available 2', 0x82, 5, '20 05 00 00 02 29 02');
  refuse('section 3.2.2.3.13', 'shared subscription available 2', 0x82, 5, '20 05 00 00 02 2a 02');
  refuse('section 3.2.2.3.7', 'two assigned client identifiers', 0x82, 5, '20 09 00 00 06 12 00 00 12 00 00');
  refuse('section 2.2.2.2', 'a will delay interval in a CONNACK', 0x81, 5, '20 08 00 00 05 18 00 00 00 00');
  refuse('MQTT-2.2.1-3', 'packet identifier 0 in a SUBACK', 0x82, 4, '90 03 00 00 00');
  refuse('MQTT-3.9.3-2', 'a SUBACK without a reason code', 0x82, 4, '90 02 00 01');
  refuse('MQTT-3.9.3-2', 'a SUBACK without a reason code', 0x82, 5, '90 03 00 01 00');
  refuse(
    'v3 MQTT-3.9.3-2',
    'a reserved return code in a SUBACK',
    0x82,
    4,
    '90 03 00 01 03',
    '90 03 00 01 87',
  );
  refuse('MQTT-3.9.3-2', 'an unknown reason code in a SUBACK', 0x82, 5, '90 04 00 01 00 03');
  refuse('MQTT-2.2.1-3', 'packet identifier 0 in an UNSUBACK', 0x82, 4, 'b0 02 00 00');
  refuse('section 4.13.1', 'a 3.1.1 UNSUBACK that goes on', 0x81, 4, 'b0 03 00 01 00');
  refuse('MQTT-3.11.3-2', 'an UNSUBACK without a reason code', 0x82, 5, 'b0 03 00 01 00');
  refuse('MQTT-3.11.3-2', 'an unknown reason code in an UNSUBACK', 0x82, 5, 'b0 04 00 01 00 01');

  refuse('section 4.13.1', 'a PINGREQ with a body', 0x81, 4, 'c0 01 00');
  refuse('section 4.13.1', 'a PINGRESP with a body', 0x81, 5, 'd0 01 00');
  refuse('section 4.13.1', 'a 3.1.1 DISCONNECT with a body', 0x81, 4, 'e0 01 00');
  refuse('MQTT-3.14.2-1', 'an unknown reason code in a DISCONNECT', 0x82, 5, 'e0 01 01', 'e0 02 84 00');
  refuse('section 4.13.1', 'a DISCONNECT that goes on', 0x81, 5, 'e0 03 00 00 00');
  refuse(
    'section 3.1.2.11.2',
    'two session expiry intervals in a DISCONNECT',
    0x82,
    5,
    'e0 0c 00 0a 11 00 00 00 01 11 00 00 00 01',
  );
  refuse('section 2.2.2.2', 'a receive maximum in a DISCONNECT', 0x81, 5, 'e0 05 00 03 21 00 01');
  refuse('MQTT-3.15.2-1', 'an unknown reason code in an AUTH', 0x82, 5, "f0 06 01 04 15 00 01 'm'");
  refuse('section 4.13.1', 'an AUTH without a property length', 0x81, 5, 'f0 01 18');
  refuse(
    'section 3.15.2.2.2',
    'an AUTH without an authentication method',
    0x82,
    5,
    'f0 02 18 00',
    'f0 02 00 00',
  );
  refuse(
    'section 3.1.2.11.9',
    'two authentication methods in an AUTH',
    0x82,
    5,
    'f0 08 18 06 15 00 00 15 00 00',
  );
  refuse('section 2.2.2.2', 'a session expiry interval in an AUTH', 0x81, 5, 'f0 07 18 05 11 00 00 00 00');
});
