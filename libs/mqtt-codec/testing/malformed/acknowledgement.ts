import { refusals } from './refusal.ts';

export const acknowledgementRefusals = refusals((refuse) => {
  for (const [name, first, clause] of [
    ['PUBACK', '40', 'MQTT-3.4.2-1'],
    ['PUBREC', '50', 'MQTT-3.5.2-1'],
    ['PUBREL', '62', 'MQTT-3.6.2-1'],
    ['PUBCOMP', '70', 'MQTT-3.7.2-1'],
  ]) {
    refuse('MQTT-2.2.1-3', `packet identifier 0 in a ${name}`, 0x82, 4, `${first} 02 00 00`);
    refuse('section 4.13.1', `a ${name} cut short`, 0x81, 4, `${first} 00`, `${first} 01 00`);
    refuse('section 4.13.1', `a 3.1.1 ${name} that goes on`, 0x81, 4, `${first} 03 00 01 00`);
    refuse('section 4.13.1', `a ${name} that goes on`, 0x81, 5, `${first} 05 00 01 00 00 00`);
    refuse(
      clause,
      `an unknown reason code in a ${name}`,
      0x82,
      5,
      `${first} 03 00 01 01`,
      `${first} 04 00 01 8e 00`,
    );
    refuse(
      'section 3.4.2.2.2',
      `two reason strings in a ${name}`,
      0x82,
      5,
      `${first} 0a 00 01 00 06 1f 00 00 1f 00 00`,
    );
    refuse('section 2.2.2.2', `a server reference in a ${name}`, 0x81, 5, `${first} 07 00 01 00 03 1c 00 00`);
  }
});
