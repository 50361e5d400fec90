import { type Client, type Device, isSecure } from './client.ts';
import { runProgram, SubscribingProgram } from './program.ts';

function connecting(device: Device): string[] {
  const { host, port, username, password, clientId, version, caFile } = device;
  return [
    ...['-h', host, '-p', String(port), '-u', username, '-P', password, '-i', clientId],
    ...['-V', version === '5.0' ? 'mqttv5' : 'mqttv311'],
    ...(isSecure(device) ? ['--cafile', caFile] : []),
  ];
}

/** mosquitto_pub and mosquitto_sub. They know no WebSocket before version 2.1. */
export const mosquitto: Client = {
  name: 'mosquitto',
  transports: ['mqtt', 'mqtts'],
  canResume: true,
  leavesWithWill: ['5.0'],

  publish(device, { topic, payload, qos, retain }) {
    const message = ['-t', topic, '-m', payload, '-q', String(qos), ...(retain ? ['-r'] : [])];
    return runProgram('mosquitto_pub', [...connecting(device), ...message]);
  },

  subscribe(device, { topicFilter, qos, will, isKept }) {
    const leaving = will
      ? ['--will-topic', will.topic, '--will-payload', will.payload, '--will-qos', '1']
      : [];
    return new SubscribingProgram('mosquitto_sub', [
      ...connecting(device),
      ...['-t', topicFilter, '-q', String(qos), ...(isKept ? ['-c'] : []), ...leaving],
    ]);
  },
};
