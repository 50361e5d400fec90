import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The client's own and those of its issuers that it sent; whoever checks them takes no longer path. */
const MAX_CERTIFICATES = 6;

/**
 * What a client showed in the TLS handshake, as `Transport.certificates` has it. When an earlier TLS session is resumed
 * the client's own certificate is all there is.
 */
export function certificatesOf(socket: Socket): readonly Uint8Array[] | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const found: Uint8Array[] = [];
  let certificate = socket.getPeerX509Certificate();
  while (certificate !== undefined && found.length < MAX_CERTIFICATES) {
    found.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return found.length === 0 ? undefined : found;
}

/**
 * For a TLS server that asks its clients for certificates. None is refused here: which ones are good is for each tenant
 * to say, and who shows none may log in otherwise.
 */
export const ASKING = { requestCert: true, rejectUnauthorized: false } as const;
