import { type Client, type Device, isSecure, type Transport } from './client.ts';
import { runProgram, SubscribingProgram } from './program.ts';

/** What paho calls them. */
const SCHEMES: Record<Transport, string> = { mqtt: 'tcp', mqtts: 'ssl', ws: 'ws', wss: 'wss' };

function connecting(device: Device): string[] {
  const { transport, host, port, username, password, clientId, version, caFile } = device;
  const path = transport.startsWith('ws') ? '/mqtt' : '';
  return [
    ...[
      '-c',
      `${SCHEMES[transport]}://${host}:${port}${path}`,
      '-u',
      username,
      '-P',
      password,
      '-i',
      clientId,
    ],
    ...['-V', version === '5.0' ? '5' : '311'],
    ...(isSecure(device) ? ['--cafile', caFile] : []),
  ];
}

/**
 * paho_c_pub and paho_c_sub, of the library in C. Over `ws` version 1.3.12 leaves what follows the first packet of a WebSocket frame
 * lying until more bytes come.
 */
export const pahoC: Client = {
  name: 'paho C',
  transports: ['mqtt', 'mqtts', 'ws', 'wss'],
  // The library can, its programs always start clean.
  canResume: false,
  leavesWithWill: [],

  publish(device, { topic, payload, qos, retain }) {
    const message = ['-t', topic, '-m', payload, '-q', String(qos), ...(retain ? ['-r'] : [])];
    return runProgram('paho_c_pub', [...connecting(device), ...message]);
  },

  subscribe(device, { topicFilter, qos, will }) {
    const leaving = will
      ? ['--will-topic', will.topic, '--will-payload', will.payload, '--will-qos', '1']
      : [];
    const args = [...connecting(device), '-t', topicFilter, '-q', String(qos), ...leaving];
    return new SubscribingProgram('paho_c_sub', args, payloadIn);
  },
};

/** It tells what it does; and where the filter has wildcards, length and topic stand before a payload. */
function payloadIn(line: string): string | undefined {
  if (/^(URL is|Subscribing to topic) /.test(line)) return undefined;
  return line.replace(/^\d+ [^\t]*\t/, '');
}
