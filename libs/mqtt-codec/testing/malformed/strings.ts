import { hex } from '../hex.ts';
import { connect, refusals, sized, V4, V5 } from './refusal.ts';

const publishTo = (topic: string, more = ''): string => sized('30', `${topic} ${more}`);

export const stringRefusals = refusals((refuse) => {
  for (const [name, bytes] of [
    ['an overlong form of a slash', 'c0 af'],
    ['an overlong form of U+0000', 'c0 80'],
    ['a surrogate', 'ed a0 80'],
    ['a surrogate pair in UTF-8', 'ed a0 bd ed b8 80'],
    ['a code point above U+10FFFF', 'f4 90 80 80'],
    ['a continuation byte on its own', '80'],
    ['a sequence cut short', "'a' e2 82"],
    ['a byte that is never UTF-8', 'ff'],
  ]) {
    const topic = `00 ${hex(bytes).length.toString(16).padStart(2, '0')} ${bytes}`;
    refuse('MQTT-1.5.4-1', `${name} in a topic name`, 0x81, 4, publishTo(topic));
    refuse(
      'MQTT-1.5.4-1',
      `${name} in a client identifier`,
      0x81,
      undefined,
      connect(V4, `02 00 3c ${topic}`),
    );
  }
  refuse('MQTT-1.5.4-2', 'U+0000 in a topic name', 0x81, 4, publishTo("00 03 'a' 00 'b'"));
  refuse('MQTT-1.5.4-2', 'U+0000 in a topic name beyond ASCII', 0x81, 4, publishTo("00 04 'é' 00 'b'"));
  refuse(
    'MQTT-1.5.4-2',
    'U+0000 in a client identifier',
    0x81,
    undefined,
    connect(V5, '02 00 3c 00 00 01 00'),
  );
  refuse('MQTT-1.5.4-2', 'U+0000 in a topic filter', 0x81, 4, "82 07 00 01 00 02 'a' 00 00");
  refuse('MQTT-1.5.4-2', 'U+0000 in a long string', 0x81, 4, publishTo(`00 64 ${"'a'".repeat(99)} 00`));
});
