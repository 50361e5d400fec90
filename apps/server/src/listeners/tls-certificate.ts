import type { Logger } from '@restante/broker';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { ConfigError } from '../config.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  /** The server's certificate, and after it those of its issuers. */
  certificate: string;
  /** Its private key, not encrypted. */
  key: string;
}

/** What the files hold. */
interface Pem {
  cert: Buffer;
  key: Buffer;
}

/** How often the files are looked at. Their bytes are compared: links that are switched over need no more than that. */
const POLL_MS = 5_000;

/** The certificate of every server over TLS, kept as new as its files. */
export class TlsCertificate {
  private readonly servers: tls.Server[] = [];
  private readonly timer: NodeJS.Timeout;
  private reloading = Promise.resolve();
  /** What was read last, were it good or not: a broken file is complained of once. */
  private seen: Pem | ConfigError;

  private constructor(
    private readonly files: TlsFiles,
    private readonly log: Logger,
    private current: Pem,
    pollMs: number,
  ) {
    this.seen = current;
    this.timer = setInterval(() => void this.reload(), pollMs).unref();
  }

  /** @throws ConfigError when the files cannot be read, or are not a certificate and its key */
  static async load(files: TlsFiles, log: Logger, pollMs = POLL_MS): Promise<TlsCertificate> {
    const pem = await read(files);
    check(files, pem);
    return new TlsCertificate(files, log, pem, pollMs);
  }

  /** For a server that is created now. */
  get options(): tls.SecureContextOptions {
    return { ...this.current, minVersion: 'TLSv1.2' };
  }

  /** Gives the server every newer certificate for its new connections. */
  keepNew(server: tls.Server): void {
    this.servers.push(server);
  }

  /** Reads the files again. What they hold is used when it is new and good; else it is logged, and the old one stays. */
  reload(): Promise<void> {
    this.reloading = this.reloading.then(() => this.readAgain());
    return this.reloading;
  }

  private async readAgain(): Promise<void> {
    const found = await read(this.files).catch((error: ConfigError) => error);
    if (isSame(found, this.seen)) return;
    this.seen = found;
    try {
      if (found instanceof ConfigError) throw found;
      check(this.files, found);
      this.current = found;
      for (const server of this.servers) server.setSecureContext(this.options);
      const { validTo } = new X509Certificate(found.cert);
      this.log.info({ file: this.files.certificate, validTo }, 'The TLS certificate was replaced');
    } catch (error) {
      const { message } = error as Error;
      this.log.error({ error: message }, 'The TLS certificate is not replaced; the one before stays in use');
    }
  }

  close(): void {
    clearInterval(this.timer);
  }
}

function isSame(a: Pem | ConfigError, b: Pem | ConfigError): boolean {
  if (a instanceof ConfigError || b instanceof ConfigError)
    return a instanceof ConfigError && b instanceof ConfigError && a.message === b.message;
  return a.cert.equals(b.cert) && a.key.equals(b.key);
}

async function read({ certificate, key }: TlsFiles): Promise<Pem> {
  return {
    cert: await readSetting('RESTANTE_TLS_CERT', certificate),
    key: await readSetting('RESTANTE_TLS_KEY', key),
  };
}

async function readSetting(name: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new ConfigError(`${name}: ${file} cannot be read (${(error as Error).message})`);
  }
}

/** @throws ConfigError */
function check(files: TlsFiles, { cert, key }: Pem): void {
  const certificate = parse(`RESTANTE_TLS_CERT: ${files.certificate} is not a PEM certificate`, () => {
    return new X509Certificate(cert);
  });
  const privateKey = parse(
    `RESTANTE_TLS_KEY: ${files.key} is not a PEM private key without a passphrase`,
    () => createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new ConfigError(
      `RESTANTE_TLS_KEY: ${files.key} is not the key of the certificate in ${files.certificate}`,
    );
  }
  // Whatever else OpenSSL dislikes: a broken issuer, a key that is too short.
  parse('RESTANTE_TLS_CERT and RESTANTE_TLS_KEY cannot be used', () =>
    tls.createSecureContext({ cert, key }),
  );
}

function parse<Result>(complaint: string, attempt: () => Result): Result {
  try {
    return attempt();
  } catch (error) {
    throw new ConfigError(`${complaint} (${(error as Error).message})`);
  }
}
