import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@restante/broker';
import type { PrismaClient } from '@restante/database';
import { DomainError } from '../errors.ts';
import { isUniqueViolation, LOG, PRISMA } from '../providers.ts';
import { Sealed } from '../sealed.ts';

export const SERVER_SECRET = Symbol('SERVER_SECRET');

const KEPT_MS = 24 * 3_600_000;
/** After a crash a request may be sent again when this is over. */
const BUSY_MS = 60_000;
/** Characters. The longest is of the largest import, whose secrets are shown this once. */
const MAX_ANSWER = 12 * 1024 * 1024;
const SWEEP_EVERY_MS = 600_000;

/** Of one caller a key, and what it was sent with. */
export interface KeyedRequest {
  caller: string;
  key: string;
  hash: Uint8Array<ArrayBuffer>;
}

/** The answers of requests that may be sent again (draft-ietf-httpapi-idempotency-key-header). */
@Injectable()
export class IdempotencyKeys implements OnApplicationBootstrap, OnModuleDestroy {
  /** Answers may hold secrets that are shown once. */
  private readonly sealed: Sealed;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(SERVER_SECRET) secret: string,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.sealed = new Sealed(secret, 'idempotency key');
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /**
   * @returns the answer that the request had; null: it is for the caller to answer it now
   * @throws DomainError `idempotency-key-reused`, `idempotency-key-busy`
   */
  async begin({ caller, key, hash: requestHash }: KeyedRequest): Promise<string | null> {
    const now = Date.now();
    const [busyUntil, expiresAt] = [new Date(now + BUSY_MS), new Date(now + KEPT_MS)];
    const data = { caller, key, requestHash, busyUntil, expiresAt };
    await this.prisma.idempotencyKey.deleteMany({
      where: { caller, key, expiresAt: { lte: new Date(now) } },
    });
    try {
      await this.prisma.idempotencyKey.create({ data });
      return null;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    const found = await this.prisma.idempotencyKey.findUnique({ where: { caller_key: { caller, key } } });
    if (found !== null && !Buffer.from(found.requestHash).equals(requestHash))
      throw new DomainError('idempotency-key-reused', 'The key was sent with another request');
    if (found?.answer) return this.sealed.open(found.answer, key);
    // Its first sender, or whoever is first now that nothing came of that one.
    const where = { caller, key, answer: null, busyUntil: { lte: new Date(now) } };
    const { count } = await this.prisma.idempotencyKey.updateMany({ where, data: { busyUntil } });
    if (count === 0)
      throw new DomainError('idempotency-key-busy', 'The request is being answered: wait for it');
    return null;
  }

  /** It is done, and its sender is told so, whether or not the answer can be kept. */
  async finish({ caller, key }: KeyedRequest, answer: string): Promise<void> {
    if (answer.length > MAX_ANSWER) return this.forget({ caller, key });
    const data = { answer: this.sealed.seal(answer, key) };
    await this.orLog(this.prisma.idempotencyKey.updateMany({ where: { caller, key }, data }));
  }

  /** The request was refused, or failed: it may be tried again. */
  async forget({ caller, key }: Pick<KeyedRequest, 'caller' | 'key'>): Promise<void> {
    await this.orLog(this.prisma.idempotencyKey.deleteMany({ where: { caller, key, answer: null } }));
  }

  private async orLog(change: Promise<unknown>): Promise<void> {
    try {
      await change;
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'An idempotency key could not be kept up to date');
    }
  }

  private sweep(): Promise<void> {
    return this.orLog(this.prisma.idempotencyKey.deleteMany({ where: { expiresAt: { lte: new Date() } } }));
  }
}
