import path from 'node:path';
import { findPython } from '../harness/python.ts';
import type { Client } from './client.ts';
import { runProgram, SubscribingProgram } from './program.ts';

const SCRIPT = path.join(import.meta.dirname, 'paho_client.py');

/** paho-mqtt, the library in Python. */
export const pahoPython: Client = {
  name: 'paho Python',
  transports: ['mqtt', 'mqtts', 'ws', 'wss'],
  canResume: true,
  leavesWithWill: [],

  publish(device, message) {
    return runProgram(findPython(), [SCRIPT, 'publish', JSON.stringify(device), JSON.stringify(message)]);
  },

  subscribe(device, subscription) {
    const args = [SCRIPT, 'subscribe', JSON.stringify(device), JSON.stringify(subscription)];
    return new SubscribingProgram(findPython(), args);
  },
};
