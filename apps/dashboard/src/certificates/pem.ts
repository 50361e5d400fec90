const LINE = /.{1,64}/g;
/** The tag with which every certificate in DER begins (X.690). */
const SEQUENCE = 0x30;

/** What a file holds as PEM (RFC 7468), whether it stands there so or in DER. */
export function toPem(bytes: Uint8Array, label: 'CERTIFICATE' | 'X509 CRL'): string {
  const text = new TextDecoder().decode(bytes);
  if (text.includes('-----BEGIN ')) return text;
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return [`-----BEGIN ${label}-----`, ...(base64.match(LINE) ?? []), `-----END ${label}-----`, ''].join('\n');
}

/** The bytes of the first certificate in a PEM. undefined: there is none. */
export function fromPem(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const [, base64] = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem) ?? [];
  if (base64 === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(base64.replace(/\s/g, '')), (letter) => letter.charCodeAt(0));
    return bytes[0] === SEQUENCE ? bytes : undefined;
  } catch {
    // It stands between the right lines and is no base64: there is no certificate.
    return undefined;
  }
}

/**
 * SHA-256 of a certificate, hexadecimal. undefined: there is none in the PEM.
 *
 * @throws Error where the browser computes none, which is over plain HTTP from another machine
 */
export async function fingerprintOf(pem: string): Promise<string | undefined> {
  const bytes = fromPem(pem);
  if (bytes === undefined) return undefined;
  if (globalThis.crypto.subtle === undefined)
    throw new Error(
      'Over plain HTTP the browser computes no fingerprint: paste that of "openssl x509 -noout -fingerprint -sha256"',
    );
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
