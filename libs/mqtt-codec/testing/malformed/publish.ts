import { block, refusals, sized } from './refusal.ts';

const publishTo = (topic: string, more = ''): string => sized('30', `${topic} ${more}`);

const published = (properties: string): string => publishTo("00 03 'a/b'", `${block(properties)} 'x'`);

export const publishRefusals = refusals((refuse) => {
  refuse('MQTT-3.3.1-4', 'QoS 3', 0x81, 4, "36 07 00 03 'a/b' 00 01");
  refuse('MQTT-3.3.1-4', 'QoS 3', 0x81, 5, "36 08 00 03 'a/b' 00 01 00");
  refuse('MQTT-3.3.1-2', 'DUP at QoS 0', 0x81, 4, "38 05 00 03 'a/b'");
  refuse('MQTT-3.3.1-2', 'DUP at QoS 0', 0x81, 5, "38 06 00 03 'a/b' 00");
  refuse(
    'MQTT-3.3.2-2',
    'a wildcard in a topic name',
    0x90,
    4,
    publishTo("00 03 'a/+'"),
    publishTo("00 01 '#'"),
  );
  refuse('MQTT-3.3.2-2', 'a wildcard in a topic name beyond ASCII', 0x90, 4, publishTo("00 04 'é/+'"));
  refuse('MQTT-4.7.3-1', 'an empty topic name', 0x90, 4, publishTo('00 00'));
  refuse('section 3.3.2.1', 'an empty topic name without an alias', 0x82, 5, publishTo('00 00', '00'));
  refuse('MQTT-2.2.1-3', 'packet identifier 0', 0x82, 4, "32 07 00 03 'a/b' 00 00");
  refuse('MQTT-2.2.1-3', 'packet identifier 0', 0x82, 5, "34 08 00 03 'a/b' 00 00 00");
  refuse('section 4.13.1', 'a PUBLISH without a topic', 0x81, 4, '30 00', '30 01 00', "30 03 00 02 'a'");
  refuse(
    'section 4.13.1',
    'a PUBLISH that ends before its packet identifier',
    0x81,
    4,
    "32 06 00 03 'a/b' 00",
  );
  refuse('section 4.13.1', 'a PUBLISH that ends before its property length', 0x81, 5, "30 05 00 03 'a/b'");

  refuse('MQTT-3.3.2-8', 'topic alias 0', 0x94, 5, published('23 00 00'));
  refuse('section 3.3.2.3.4', 'two topic aliases', 0x82, 5, published('23 00 01 23 00 02'));
  refuse('section 3.3.2.3.8', 'subscription identifier 0', 0x82, 5, published('0b 00'));
  refuse('section 3.3.2.3.2', 'payload format indicator 2', 0x82, 5, published('01 02'));
  refuse('section 3.3.2.3.2', 'two payload format indicators', 0x82, 5, published('01 01 01 01'));
  refuse(
    'section 3.3.2.3.3',
    'two message expiry intervals',
    0x82,
    5,
    published('02 00 00 00 01 02 00 00 00 01'),
  );
  refuse('section 3.3.2.3.9', 'two content types', 0x82, 5, published('03 00 00 03 00 00'));
  refuse('section 3.3.2.3.5', 'two response topics', 0x82, 5, published("08 00 01 'a' 08 00 01 'a'"));
  refuse('section 3.3.2.3.6', 'two correlation data', 0x82, 5, published('09 00 00 09 00 00'));
  refuse(
    'MQTT-3.3.2-14',
    'a wildcard in a response topic',
    0x82,
    5,
    published("08 00 01 '+'"),
    published("08 00 03 'a/#'"),
  );
  refuse('section 2.2.2.2', 'a will delay interval in a PUBLISH', 0x81, 5, published('18 00 00 00 01'));
  refuse('section 2.2.2.2', 'a reason string in a PUBLISH', 0x81, 5, published('1f 00 00'));
  refuse(
    'section 2.2.2.2',
    'an unknown property in a PUBLISH',
    0x81,
    5,
    published('04 00'),
    published('00'),
    published('ff 01'),
  );
  refuse(
    'section 4.13.1',
    'a property cut short in a PUBLISH',
    0x81,
    5,
    published('02 00 00'),
    published("03 00 05 'a'"),
  );
  refuse('section 4.13.1', 'a user property without a value', 0x81, 5, published("26 00 01 'k'"));
  refuse('section 4.13.1', 'correlation data cut short', 0x81, 5, published("09 00 05 'a'"));
  refuse(
    'section 2.2.2.1',
    'properties longer than the packet',
    0x81,
    5,
    "30 07 00 03 'a/b' 02 01",
    "30 08 00 03 'a/b' 80 01 00",
  );
  refuse('MQTT-1.5.5-1', 'an overlong property length', 0x81, 5, "30 07 00 03 'a/b' 80 00");
  refuse(
    'section 1.5.5',
    'a property length of more than four bytes',
    0x81,
    5,
    "30 0a 00 03 'a/b' 80 80 80 80 00",
  );
  refuse('MQTT-1.5.4-1', 'ill-formed UTF-8 in a content type', 0x81, 5, published('03 00 01 ff'));
  refuse(
    'MQTT-1.5.4-1',
    'ill-formed UTF-8 in a user property',
    0x81,
    5,
    published('26 00 01 ff 00 00'),
    published('26 00 00 00 01 ff'),
  );
});
