import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate that signs itself, and its key, in a directory of the test's own. */
export class TestCertificate {
  private constructor(readonly directory: string) {}

  /** @param names DNS names it is for, besides `localhost` and 127.0.0.1 */
  static async create(names: string[] = []): Promise<TestCertificate> {
    const created = new TestCertificate(await mkdtemp(path.join(tmpdir(), 'restante-certificate-')));
    await created.renew(names);
    return created;
  }

  /** PEM. Clients trust the server by it, too. */
  get certificateFile(): string {
    return path.join(this.directory, 'certificate.pem');
  }

  get keyFile(): string {
    return path.join(this.directory, 'key.pem');
  }

  /** What a server needs to serve it. */
  get environment(): Record<string, string> {
    return { RESTANTE_TLS_CERT: this.certificateFile, RESTANTE_TLS_KEY: this.keyFile };
  }

  /** As in Node's `ca`. */
  pem(): Promise<Buffer> {
    return readFile(this.certificateFile);
  }

  /** Puts a new certificate and key in the place of the old ones. */
  async renew(names: string[] = []): Promise<void> {
    const subject = ['DNS:localhost', 'IP:127.0.0.1', ...names.map((name) => `DNS:${name}`)].join(',');
    const [newKey, newCertificate] = [`${this.keyFile}.new`, `${this.certificateFile}.new`];
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-keyout', newKey, '-out', newCertificate, '-subj', '/CN=localhost'],
      ...['-addext', `subjectAltName=${subject}`],
    ]);
    await rename(newKey, this.keyFile);
    await rename(newCertificate, this.certificateFile);
  }

  dispose(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}
