import { type Broker } from '@restante/broker';
import { type Socket } from 'node:net';
import tls from 'node:tls';
import { connectionKey, limitHandshakes } from './handshakes.ts';
import { type Origin } from './origin.ts';
import { acceptSocket } from './socket-transport.ts';
import { TcpListener, type TcpOptions } from './tcp.ts';
import { type TlsCertificate } from './tls-certificate.ts';

/** MQTT over TLS 1.2 or later. The tenant may be told by the server name that the client sends (SNI). */
export class TlsListener extends TcpListener {
  private readonly handshakes: tls.Server;
  /** Of connections whose handshake is not done, by `connectionKey`. */
  private readonly origins = new Map<string, Origin>();

  constructor(broker: Broker, certificate: TlsCertificate, options: TcpOptions) {
    super(broker, options);
    // It does not listen: sockets are brought to it when their PROXY header is read.
    this.handshakes = tls.createServer(certificate.options, (socket) => this.secured(socket));
    certificate.keepNew(this.handshakes);
    limitHandshakes(this.handshakes);
  }

  protected override accept(socket: Socket, origin: Origin): void {
    const connection = connectionKey(socket);
    this.origins.set(connection, origin);
    socket.on('close', () => this.origins.delete(connection));
    this.handshakes.emit('connection', socket);
  }

  private secured(socket: tls.TLSSocket): void {
    const origin = this.origins.get(connectionKey(socket));
    // It broke as the handshake ended.
    if (origin === undefined) return void socket.destroy();
    // The name under the seal of TLS counts, not what a load balancer says. `false`: there is none.
    const { remoteAddress } = origin;
    acceptSocket(this.broker, socket, { remoteAddress, serverName: socket.servername || undefined });
  }
}
