import { type Broker, PLATFORM_CAPS } from '@restante/broker';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { originOf } from './origin.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { WebSocketTransport } from './websocket-transport.ts';

/** MQTT 5.0 chapter 6; `mqttv3.1` is what clients of the time before 3.1.1 offer. */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];

/**
 * MQTT over WebSocket, for the HTTP servers' upgrades at `/mqtt`.
 *
 * The Origin header is not looked at: a page of any site may connect, since what lets a client in is the device's
 * user name and password in CONNECT, which no browser adds by itself. Cookies count for nothing here.
 */
export class WebSocketListener {
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    // Memory for each client, for payloads that seldom shrink.
    perMessageDeflate: false,
    // A frame may be as large as the largest packet of any policy; the decoder knows the client's own limit.
    maxPayload: PLATFORM_CAPS.maxPacketBytes,
    // [MQTT-6.0.0-4]
    handleProtocols: (offered) => SUBPROTOCOLS.find((name) => offered.has(name)) ?? false,
  });

  constructor(private readonly broker: Broker) {}

  /** Takes an upgrade of an HTTP server over. `head`: bytes that came right behind it. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // [MQTT-6.0.0-3]
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
    if (!SUBPROTOCOLS.some((name) => offered.includes(name))) return refuseUpgrade(socket, 400);
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      // Node's HTTP servers always give a socket here, over TLS or not.
      const { remoteAddress } = originOf(socket as Socket);
      const origin = { remoteAddress, serverName: hostName(request.headers.host) };
      const transport = new WebSocketTransport(webSocket, socket as Socket, origin);
      this.broker.accept(transport);
      transport.listen();
    });
  }
}

/** The name in a Host header: without the port. */
function hostName(host: string | undefined): string | undefined {
  const url = `http://${host}`;
  return host !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined;
}
