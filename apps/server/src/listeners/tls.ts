import type { Broker } from '@restante/broker';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { connectionKey, limitHandshakes } from './handshakes.ts';
import type { Origin } from './origin.ts';
import { ASKING } from './peer-certificates.ts';
import { acceptSocket } from './socket-transport.ts';
import { TcpListener, type TcpOptions } from './tcp.ts';
import type { TlsCertificate } from './tls-certificate.ts';

export interface TlsOptions extends TcpOptions {
  /** Whether a new connection's client is asked for a certificate of its own. */
  asksForCertificate: () => boolean;
}

/** MQTT over TLS 1.2 or later. The tenant may be told by the server name that the client sends (SNI). */
export class TlsListener extends TcpListener {
  // They do not listen: sockets are brought to them when their PROXY header is read.
  private readonly handshakes: tls.Server;
  /** Where clients are asked for certificates: the others' handshakes stay as short as they can be. */
  private readonly askingHandshakes: tls.Server;
  /** Of connections whose handshake is not done, by `connectionKey`. */
  private readonly origins = new Map<string, Origin>();

  constructor(
    broker: Broker,
    certificate: TlsCertificate,
    private readonly tlsOptions: TlsOptions,
  ) {
    super(broker, tlsOptions);
    this.handshakes = this.handshakesWith(certificate, {});
    this.askingHandshakes = this.handshakesWith(certificate, ASKING);
  }

  private handshakesWith(certificate: TlsCertificate, asking: tls.TlsOptions): tls.Server {
    const server = tls.createServer({ ...certificate.options, ...asking }, (socket) => this.secured(socket));
    certificate.keepNew(server);
    limitHandshakes(server);
    return server;
  }

  protected override accept(socket: Socket, origin: Origin): void {
    const connection = connectionKey(socket);
    this.origins.set(connection, origin);
    socket.on('close', () => this.origins.delete(connection));
    const handshakes = this.tlsOptions.asksForCertificate() ? this.askingHandshakes : this.handshakes;
    handshakes.emit('connection', socket);
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
