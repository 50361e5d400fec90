/**
 * Takes one revocation list apart, in a thread of its own: a long one would keep every connection waiting. Node runs
 * this file as it stands, also from source: nothing of what it imports may need more than its types taken away.
 */
import 'reflect-metadata';
import { X509Certificate, X509Crl } from '@peculiar/x509';
import { parentPort, workerData } from 'node:worker_threads';
import type { ReadingTask, ReadList } from './read-list.ts';

/** Authority key identifier and CRL number: such a list is whole, and of the authority's own certificates. */
const UNDERSTOOD_EXTENSIONS = new Set(['2.5.29.35', '2.5.29.20']);
const CRL_NUMBER = '2.5.29.20';
/** Of an entry of the longest list there are about ten. */
const MAX_NODES = 500_000;

/** @returns what the list says, or what is wrong with it */
async function read({ text, authority }: ReadingTask): Promise<ReadList | string> {
  const crl = new X509Crl(text, { berOptions: { maxNodes: MAX_NODES } });
  const { thisUpdate, nextUpdate } = crl;
  // It must be there (RFC 5280 section 5.1.2.5); where it is not, the library overlooks all entries.
  if (nextUpdate === undefined) return 'It does not say when there is to be another one (nextUpdate)';
  const issuer = new X509Certificate(new Uint8Array(authority));
  if (hex(crl.issuerName.toArrayBuffer()) !== hex(issuer.subjectName.toArrayBuffer()))
    return 'It is the list of another authority';
  if (!(await crl.verify({ publicKey: issuer.publicKey })))
    return "It is not signed with the authority's key";
  const unknown = [crl, ...crl.entries]
    .flatMap(({ extensions }) => extensions)
    .find(({ type, critical }) => critical && !UNDERSTOOD_EXTENSIONS.has(type));
  if (unknown !== undefined)
    return `Its extension ${unknown.type} is not understood: a whole list of one authority has none that is critical`;
  const number = crl.getExtension(CRL_NUMBER)?.value;
  return {
    number: number === undefined ? null : integerIn(number),
    thisUpdate,
    nextUpdate,
    revoked: crl.entries.map(({ serialNumber, revocationDate }) => ({
      serialNumber,
      revokedAt: revocationDate,
    })),
  };
}

/** The digits of a DER INTEGER of at most 20 octets (RFC 5280 section 5.2.3). */
function integerIn(der: ArrayBuffer): string {
  const [, length] = new Uint8Array(der);
  return hex(der.slice(2, 2 + length));
}

function hex(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('hex');
}

parentPort!.postMessage(
  await read(workerData as ReadingTask).catch(() => 'It is no revocation list that can be read'),
);
