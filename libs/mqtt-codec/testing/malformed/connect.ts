import { connect, ID, refusals, sized, V31, V4, V5 } from './refusal.ts';

export const connectRefusals = refusals((refuse) => {
  refuse(
    'MQTT-3.1.2-1',
    'another protocol name',
    0x84,
    undefined,
    connect("00 04 'mqtt' 04", `02 00 3c ${ID}`),
  );
  refuse(
    'MQTT-3.1.2-1',
    'a protocol name that goes on',
    0x84,
    undefined,
    connect("00 05 'MQTTX' 04", `02 00 3c ${ID}`),
  );
  refuse('MQTT-3.1.2-2', 'protocol level 6', 0x84, undefined, connect("00 04 'MQTT' 06", `02 00 3c ${ID}`));
  refuse(
    'MQTT-3.1.2-2',
    'protocol level 3 of MQTT',
    0x84,
    undefined,
    connect("00 04 'MQTT' 03", `02 00 3c ${ID}`),
  );
  refuse(
    'MQTT-3.1.2-2',
    'protocol level 4 of MQIsdp',
    0x84,
    undefined,
    connect("00 06 'MQIsdp' 04", `02 00 3c ${ID}`),
  );
  refuse(
    'MQTT-3.1.2-2',
    'a bridge bit in the protocol level',
    0x84,
    undefined,
    connect("00 04 'MQTT' 84", `02 00 3c ${ID}`),
  );
  for (const [level, properties] of [
    [V31, ''],
    [V4, ''],
    [V5, '00'],
  ]) {
    const after = `00 3c ${properties} ${ID}`;
    refuse(
      'MQTT-3.1.2-3',
      `the reserved connect flag (${level})`,
      0x81,
      undefined,
      connect(level, `03 ${after}`),
    );
    refuse(
      'MQTT-3.1.2-11',
      `a will QoS without a will (${level})`,
      0x81,
      undefined,
      connect(level, `0a ${after}`),
    );
    refuse(
      'MQTT-3.1.2-13',
      `will retain without a will (${level})`,
      0x81,
      undefined,
      connect(level, `22 ${after}`),
    );
    refuse(
      'MQTT-3.1.2-12',
      `will QoS 3 (${level})`,
      0x81,
      undefined,
      connect(level, `1e ${after} ${properties} 00 01 'w' 00 00`),
    );
    refuse(
      'section 4.13.1',
      `a CONNECT that goes on (${level})`,
      0x81,
      undefined,
      connect(level, `02 ${after} 00`),
    );
    refuse('section 4.13.1', `a missing will (${level})`, 0x81, undefined, connect(level, `06 ${after}`));
    refuse(
      'section 4.13.1',
      `a missing will payload (${level})`,
      0x81,
      undefined,
      connect(level, `06 ${after} ${properties} 00 01 'w'`),
    );
    refuse(
      'section 4.13.1',
      `a missing user name (${level})`,
      0x81,
      undefined,
      connect(level, `82 ${after}`),
    );
    refuse(
      'section 4.13.1',
      `a missing password (${level})`,
      0x81,
      undefined,
      connect(level, `c2 ${after} 00 01 'u'`),
    );
    refuse(
      'section 4.13.1',
      `a user name cut short (${level})`,
      0x81,
      undefined,
      connect(level, `82 ${after} 00 05 'u'`),
    );
    refuse(
      'MQTT-4.7.3-1',
      `an empty will topic (${level})`,
      0x90,
      undefined,
      connect(level, `06 ${after} ${properties} 00 00 00 00`),
    );
    refuse(
      'MQTT-3.3.2-2',
      `a wildcard in the will topic (${level})`,
      0x90,
      undefined,
      connect(level, `06 ${after} ${properties} 00 03 'w/#' 00 00`),
    );
  }
  refuse(
    'section 4.13.1',
    'a CONNECT that ends behind its protocol level',
    0x81,
    undefined,
    sized('10', V4),
    sized('10', V5),
  );
  refuse('section 4.13.1', 'a CONNECT without a body', 0x81, undefined, '10 00');
  refuse(
    'v3 MQTT-3.1.2-22',
    'a password without a user name',
    0x81,
    undefined,
    connect(V4, `42 00 3c ${ID} 00 01 'p'`),
  );
  refuse(
    'v3 MQTT-3.1.3-8',
    'no client identifier for a lasting session',
    0x85,
    undefined,
    connect(V4, '00 00 3c 00 00'),
  );
  refuse('v3 MQTT-3.1.3-8', 'no client identifier in 3.1', 0x85, undefined, connect(V31, '02 00 3c 00 00'));
});
