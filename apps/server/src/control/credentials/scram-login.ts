import type { EnhancedLogin, EnhancedStep, Identity } from '@restante/broker';
import { ReasonCode } from '@restante/mqtt-codec';
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ScramKeys } from './stored-secret.ts';

/** The authentication method's name (RFC 7677). */
export const SCRAM_SHA_256 = 'SCRAM-SHA-256';

/** A secret that is right, and who shows it. */
export interface ScramCandidate {
  keys: ScramKeys;
  identity: Identity;
}

/** A credential. */
export interface ScramEntry {
  /** Its secrets, which have the same salt: at least one. */
  secrets: [ScramCandidate, ...ScramCandidate[]];
  /** Somebody has shown a right secret, or a wrong one. */
  noteUse(isRight: boolean): void;
}

const MAX_MESSAGE_BYTES = 4_096;

/** For names that nobody has: a salt that is the same at every try, as a real one would be. */
const DECOY_KEY = randomBytes(32);

interface ClientFirst {
  /** Base64 of the GS2 header, which the client repeats. */
  binding: string;
  /** The message without its GS2 header. */
  bare: string;
  username: string;
  nonce: string;
}

/** The server's side of one SCRAM-SHA-256 exchange without channel binding (RFC 5802, RFC 7677). */
export class ScramLogin implements EnhancedLogin {
  private first: (ClientFirst & { entry: ScramEntry | undefined; challenge: string }) | null = null;

  /**
   * @param find what a user name is checked against; undefined: nobody of that name may log in. Asked again at the end:
   * whoever takes their time with the answer is held to what has changed meanwhile
   */
  constructor(private readonly find: (username: string) => Promise<ScramEntry | undefined>) {}

  get username(): string | undefined {
    return this.first?.username;
  }

  async next(data: Buffer): Promise<EnhancedStep> {
    const message = data.length > MAX_MESSAGE_BYTES ? '' : data.toString('utf8');
    return this.first === null ? this.begin(message) : this.finish(message, this.first);
  }

  private async begin(message: string): Promise<EnhancedStep> {
    const first = parseFirst(message);
    if (first === undefined) return refused('The first SCRAM message cannot be understood');
    const entry = await this.find(first.username);
    const { salt, iterations } = entry?.secrets[0].keys ?? decoy(first.username);
    const nonce = first.nonce + randomBytes(18).toString('base64');
    const challenge = `r=${nonce},s=${salt},i=${iterations}`;
    this.first = { ...first, nonce, entry, challenge };
    return { state: 'challenge', data: Buffer.from(challenge) };
  }

  private async finish(message: string, first: NonNullable<ScramLogin['first']>): Promise<EnhancedStep> {
    const parts = /^(c=([^,]*),r=([^,]*)(?:,[a-zA-Z]=[^,]*)*),p=([^,]*)$/.exec(message);
    if (parts === null) return refused('The final SCRAM message cannot be understood');
    const [, withoutProof, binding, nonce, proof] = parts;
    if (binding !== first.binding || nonce !== first.nonce || first.entry === undefined) return WRONG;
    const entry = await this.find(first.username);
    if (entry === undefined) return WRONG;
    const signed = `${first.bare},${first.challenge},${withoutProof}`;
    const found = entry.secrets.find(({ keys }) => isProof(Buffer.from(proof, 'base64'), keys, signed));
    entry.noteUse(found !== undefined);
    if (found === undefined) return WRONG;
    const signature = createHmac('sha256', Buffer.from(found.keys.serverKey, 'base64')).update(signed);
    return {
      state: 'accepted',
      identity: found.identity,
      data: Buffer.from(`v=${signature.digest('base64')}`),
    };
  }
}

/** RFC 5802 section 7: GS2 header without channel binding, then user name and nonce; undefined: something else. */
function parseFirst(message: string): ClientFirst | undefined {
  const parts = /^([ny],(?:a=[^,]*)?,)(n=([^,]*),r=([!-+\--~]+)(?:,[a-zA-Z]=[^,]*)*)$/.exec(message);
  if (parts === null) return undefined;
  const [, header, bare, name, nonce] = parts;
  if (/=(?!2C|3D)/.test(name)) return undefined;
  const username = name.replaceAll('=2C', ',').replaceAll('=3D', '=');
  return { binding: Buffer.from(header).toString('base64'), bare, username, nonce };
}

function decoy(username: string): Pick<ScramKeys, 'salt' | 'iterations'> {
  const salt = createHmac('sha256', DECOY_KEY).update(username).digest().subarray(0, 16);
  return { salt: salt.toString('base64'), iterations: 4_096 };
}

/** Whether the proof shows the client key whose hash is kept. */
function isProof(proof: Buffer, { storedKey }: ScramKeys, signed: string): boolean {
  if (proof.length !== 32) return false;
  const expected = Buffer.from(storedKey, 'base64');
  const signature = createHmac('sha256', expected).update(signed).digest();
  const clientKey = proof.map((byte, index) => byte ^ signature[index]);
  return timingSafeEqual(createHash('sha256').update(clientKey).digest(), expected);
}

function refused(reason: string): EnhancedStep {
  return { state: 'refused', reasonCode: ReasonCode.NOT_AUTHORIZED, reason };
}

const WRONG = refused('Unknown user name or wrong secret');
