import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a client shows: PEM, as Node's TLS takes it. */
export interface DeviceCertificate {
  cert: string;
  key: string;
}

export interface Issued {
  commonName?: string;
  /** Lines as OpenSSL's configuration has them. */
  extensions?: string[];
  from?: Date;
  to?: Date;
}

const CONFIGURATION = `
[ca]
default_ca = own
[own]
dir = .
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
certificate = certificate.pem
private_key = key.pem
default_md = sha256
policy = any
unique_subject = no
default_crl_days = 30
[partial]
issuingDistributionPoint = critical, @users
[users]
onlyuser = TRUE
[any]
commonName = optional
`;

/** A certificate authority by `openssl ca`, in a directory of the test's own. */
export class TestAuthority {
  private constructor(
    private readonly directory: string,
    readonly certificate: string,
    /** The certificates of its issuers, as its devices show them behind their own. */
    private readonly chain: string,
  ) {}

  /** @param parent its issuer; left out: it signs itself */
  static async create(
    name: string,
    extensions: string[] = [],
    parent?: TestAuthority,
  ): Promise<TestAuthority> {
    const directory = await mkdtemp(path.join(tmpdir(), 'restante-authority-'));
    const files = { 'openssl.cnf': CONFIGURATION, 'index.txt': '', serial: '8a01', crlnumber: '01' };
    const { key } = newKey();
    for (const [file, text] of Object.entries({ ...files, 'key.pem': key }))
      await writeFile(path.join(directory, file), text);
    const own = ['basicConstraints=critical,CA:TRUE', ...extensions];
    const certificate =
      parent === undefined
        ? await selfSigned(name, path.join(directory, 'key.pem'), own)
        : (await parent.issue({ commonName: name, extensions: own }, key)).cert;
    const [first] = certificate.split(/(?<=-----END CERTIFICATE-----\n)/);
    await writeFile(path.join(directory, 'certificate.pem'), first);
    return new TestAuthority(directory, first, parent === undefined ? '' : certificate);
  }

  async issue(
    { commonName = 'device', extensions = [], from, to }: Issued = {},
    key = newKey().key,
  ): Promise<DeviceCertificate> {
    const name = randomUUID();
    const file = (suffix: string) => path.join(this.directory, `${name}.${suffix}`);
    await writeFile(file('key'), key);
    await writeFile(file('ext'), extensions.join('\n'));
    await this.openssl('req', '-new', '-key', file('key'), '-subj', `/CN=${commonName}`, '-out', file('csr'));
    const now = Date.now();
    const [start, end] = [from ?? new Date(now - 60_000), to ?? new Date(now + 86_400_000)];
    await this.openssl(
      ...['ca', '-batch', '-notext', '-config', 'openssl.cnf', '-in', file('csr'), '-out', file('pem')],
      ...['-extfile', file('ext'), '-startdate', asn1Time(start), '-enddate', asn1Time(end)],
    );
    return { cert: (await readFile(file('pem'), 'utf8')) + this.chain, key };
  }

  async revoke({ cert }: DeviceCertificate): Promise<void> {
    const file = path.join(this.directory, `${randomUUID()}.pem`);
    await writeFile(file, cert);
    await this.openssl('ca', '-config', 'openssl.cnf', '-revoke', file);
  }

  /** A new revocation list, in PEM. @param more of openssl's options */
  async revocationList(...more: string[]): Promise<string> {
    await this.openssl('ca', '-config', 'openssl.cnf', '-gencrl', '-out', 'crl.pem', ...more);
    return readFile(path.join(this.directory, 'crl.pem'), 'utf8');
  }

  /** PKCS #8, PEM. */
  key(): Promise<string> {
    return readFile(path.join(this.directory, 'key.pem'), 'utf8');
  }

  private async openssl(...args: string[]): Promise<void> {
    await run('openssl', args, { cwd: this.directory });
  }

  dispose(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }
}

/** A certificate that no authority has issued. */
export async function selfSignedDevice(commonName: string): Promise<DeviceCertificate> {
  const directory = await mkdtemp(path.join(tmpdir(), 'restante-device-'));
  try {
    const { key } = newKey();
    const file = path.join(directory, 'key.pem');
    await writeFile(file, key);
    return { cert: await selfSigned(commonName, file, []), key };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function selfSigned(commonName: string, keyFile: string, extensions: string[]): Promise<string> {
  const { stdout } = await run('openssl', [
    ...['req', '-x509', '-new', '-key', keyFile, '-days', '2', '-subj', `/CN=${commonName}`],
    ...['-config', '/dev/null', ...extensions.flatMap((extension) => ['-addext', extension])],
  ]);
  return stdout;
}

function newKey(): { key: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** As `openssl ca` takes times: whole seconds. */
function asn1Time(time: Date): string {
  return `${time.toISOString().replace(/\D/g, '').slice(0, 14)}Z`;
}
