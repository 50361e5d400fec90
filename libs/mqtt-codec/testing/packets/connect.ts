import { PacketType } from '../../src/index.ts';
import { hex } from '../hex.ts';
import type { PacketFixture } from './fixture.ts';

const none = Buffer.alloc(0);

const connect = {
  type: PacketType.CONNECT,
  protocolVersion: 4,
  cleanStart: true,
  keepAlive: 60,
  clientIdentifier: 'c1',
  username: undefined,
  password: undefined,
  will: undefined,
  properties: {},
} as const;

export const connectFixtures: PacketFixture[] = [
  {
    name: 'CONNECT 3.1 with clean session',
    version: 3,
    bytes: hex("10 10  00 06 'MQIsdp' 03 02 00 3c  00 02 'c1'"),
    packet: { ...connect, protocolVersion: 3 },
  },
  {
    name: 'CONNECT 3.1.1 with clean session',
    version: 4,
    bytes: hex("10 0e  00 04 'MQTT' 04 02 00 3c  00 02 'c1'"),
    packet: connect,
  },
  {
    name: 'CONNECT 3.1.1 without a client identifier',
    version: 4,
    bytes: hex("10 0c  00 04 'MQTT' 04 02 00 00  00 00"),
    packet: { ...connect, keepAlive: 0, clientIdentifier: '' },
  },
  {
    name: 'CONNECT 3.1.1 with will, user name and password',
    version: 4,
    bytes: hex(
      "10 1f  00 04 'MQTT' 04 ec ff ff  00 02 'c1'  00 03 'w/t' 00 02 00 ff  00 01 'u'  00 03 'p' 00 01",
    ),
    packet: {
      ...connect,
      cleanStart: false,
      keepAlive: 65_535,
      username: 'u',
      password: hex("'p' 00 01"),
      will: {
        topic: 'w/t',
        payload: hex('00 ff'),
        qos: 1,
        retain: true,
        delayInterval: 0,
        messageExpiryInterval: undefined,
        forwardedProperties: none,
      },
    },
  },
  {
    name: 'CONNECT 3.1.1 whose remaining length takes two bytes where one would do',
    version: 4,
    bytes: hex("10 8e 00  00 04 'MQTT' 04 02 00 3c  00 02 'c1'"),
    packet: connect,
    onlyParsed: true,
  },
  {
    name: 'CONNECT 5.0 without properties',
    version: 5,
    bytes: hex("10 0d  00 04 'MQTT' 05 00 00 0a  00  00 00"),
    packet: { ...connect, protocolVersion: 5, cleanStart: false, keepAlive: 10, clientIdentifier: '' },
  },
  {
    name: 'CONNECT 5.0 with a password and no user name',
    version: 5,
    bytes: hex("10 12  00 04 'MQTT' 05 42 00 3c  00  00 02 'c1'  00 01 'p'"),
    packet: { ...connect, protocolVersion: 5, password: Buffer.from('p') },
  },
  {
    name: 'CONNECT 5.0 with every property',
    version: 5,
    bytes: hex(`10 39  00 04 'MQTT' 05 02 00 3c
      2a  11 00 00 0e 10  15 00 01 'm'  16 00 02 01 02  17 00  19 01  21 00 64  22 00 05
          26 00 01 'k' 00 01 'v'  26 00 01 'k' 00 00  27 00 01 00 00
      00 02 'c1'`),
    packet: {
      ...connect,
      protocolVersion: 5,
      properties: {
        sessionExpiryInterval: 3_600,
        authenticationMethod: 'm',
        authenticationData: hex('01 02'),
        requestProblemInformation: false,
        requestResponseInformation: true,
        receiveMaximum: 100,
        topicAliasMaximum: 5,
        userProperties: [
          ['k', 'v'],
          ['k', ''],
        ],
        maximumPacketSize: 65_536,
      },
    },
  },
  {
    name: 'CONNECT 5.0 with a will and every will property',
    version: 5,
    bytes: hex(`10 37  00 04 'MQTT' 05 16 00 3c  00  00 02 'c1'
      1f  18 00 00 00 05  02 00 00 00 3c  01 01  03 00 01 't'  08 00 01 'r'  09 00 01 ff  26 00 01 'k' 00 01 'v'
      00 01 'w'  00 03 'bye'`),
    packet: {
      ...connect,
      protocolVersion: 5,
      will: {
        topic: 'w',
        payload: Buffer.from('bye'),
        qos: 2,
        retain: false,
        delayInterval: 5,
        messageExpiryInterval: 60,
        forwardedProperties: hex("01 01  03 00 01 't'  08 00 01 'r'  09 00 01 ff  26 00 01 'k' 00 01 'v'"),
      },
    },
    onlyParsed: true,
  },
];
