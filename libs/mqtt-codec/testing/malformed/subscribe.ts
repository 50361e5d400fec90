import { block, refusals, sized, string } from './refusal.ts';

const subscribe4 = (filter: string, qos = '00'): string => sized('82', `00 01 ${string(filter)} ${qos}`);

const subscribe5 = (filter: string, options = '00', properties = ''): string =>
  sized('82', `00 01 ${block(properties)} ${string(filter)} ${options}`);

const unsubscribe4 = (filter: string): string => sized('a2', `00 01 ${string(filter)}`);

const unsubscribe5 = (filter: string, properties = ''): string =>
  sized('a2', `00 01 ${block(properties)} ${string(filter)}`);

export const subscribeRefusals = refusals((refuse) => {
  refuse('MQTT-2.2.1-3', 'packet identifier 0 in a SUBSCRIBE', 0x82, 4, "82 06 00 00 00 01 'a' 00");
  refuse('MQTT-2.2.1-3', 'packet identifier 0 in an UNSUBSCRIBE', 0x82, 4, "a2 05 00 00 00 01 'a'");
  refuse('MQTT-3.8.3-2', 'a SUBSCRIBE without a topic filter', 0x82, 4, '82 02 00 01');
  refuse('MQTT-3.8.3-2', 'a SUBSCRIBE without a topic filter', 0x82, 5, '82 03 00 01 00');
  refuse('MQTT-3.10.3-2', 'an UNSUBSCRIBE without a topic filter', 0x82, 4, 'a2 02 00 01');
  refuse('MQTT-3.10.3-2', 'an UNSUBSCRIBE without a topic filter', 0x82, 5, 'a2 03 00 01 00');
  refuse('section 4.13.1', 'a SUBSCRIBE without a QoS', 0x81, 4, "82 05 00 01 00 01 'a'");
  refuse(
    'section 4.13.1',
    'a topic filter cut short',
    0x81,
    4,
    "82 05 00 01 00 05 'a'",
    "a2 05 00 01 00 05 'a'",
  );
  refuse('v3 MQTT-3-8.3-4', 'QoS 3 in 3.1.1', 0x81, 4, subscribe4('a', '03'));
  refuse(
    'v3 MQTT-3-8.3-4',
    'reserved QoS bits in 3.1.1',
    0x81,
    4,
    subscribe4('a', '04'),
    subscribe4('a', '80'),
  );
  refuse('section 3.8.3.1', 'QoS 3', 0x82, 5, subscribe5('a', '03'));
  refuse('section 3.8.3.1', 'retain handling 3', 0x82, 5, subscribe5('a', '30'));
  refuse(
    'MQTT-3.8.3-5',
    'a reserved subscription option',
    0x81,
    5,
    subscribe5('a', '40'),
    subscribe5('a', '80'),
  );
  refuse('MQTT-3.8.3-4', 'no local on a shared subscription', 0x82, 5, subscribe5('$share/g/a', '04'));
  refuse(
    'section 3.8.2.1.2',
    'subscription identifier 0 in a SUBSCRIBE',
    0x82,
    5,
    subscribe5('a', '00', '0b 00'),
  );
  refuse(
    'section 3.8.2.1.2',
    'two subscription identifiers in a SUBSCRIBE',
    0x82,
    5,
    subscribe5('a', '00', '0b 01 0b 02'),
  );
  refuse('section 2.2.2.2', 'a reason string in a SUBSCRIBE', 0x81, 5, subscribe5('a', '00', '1f 00 00'));
  refuse(
    'section 2.2.2.2',
    'a subscription identifier in an UNSUBSCRIBE',
    0x81,
    5,
    unsubscribe5('a', '0b 01'),
  );
  for (const [filter, clause] of [
    ['', 'MQTT-4.7.3-1'],
    ['a#', 'MQTT-4.7.1-1'],
    ['a/b#', 'MQTT-4.7.1-1'],
    ['#/a', 'MQTT-4.7.1-1'],
    ['a/#/b', 'MQTT-4.7.1-1'],
    ['##', 'MQTT-4.7.1-1'],
    ['a+', 'MQTT-4.7.1-2'],
    ['+a', 'MQTT-4.7.1-2'],
    ['a/+b/c', 'MQTT-4.7.1-2'],
    ['++', 'MQTT-4.7.1-2'],
    ['$share/', 'MQTT-4.8.2-1'],
    ['$share//a', 'MQTT-4.8.2-1'],
    ['$share/g', 'MQTT-4.8.2-2'],
    ['$share/g/', 'MQTT-4.8.2-2'],
    ['$share/g+/a', 'MQTT-4.8.2-2'],
    ['$share/#/a', 'MQTT-4.8.2-2'],
    ['$share/g/a#', 'MQTT-4.7.1-1'],
  ]) {
    refuse(clause, `the topic filter "${filter}" in a SUBSCRIBE`, 0x8f, 4, subscribe4(filter));
    refuse(clause, `the topic filter "${filter}" in a SUBSCRIBE`, 0x8f, 5, subscribe5(filter));
    refuse(clause, `the topic filter "${filter}" in an UNSUBSCRIBE`, 0x8f, 4, unsubscribe4(filter));
    refuse(clause, `the topic filter "${filter}" in an UNSUBSCRIBE`, 0x8f, 5, unsubscribe5(filter));
  }
});
