import { Amount, Part, Whole } from '../fields.ts';

const QUOTA = { optional: true, nullable: true, min: 1, max: Number.MAX_SAFE_INTEGER };

/** What is left out stays as it is; null: no quota. */
export class ChangeQuotas {
  @Whole({ ...QUOTA, description: 'Clients connected at a time' })
  connections?: number | null;

  @Whole({ ...QUOTA, description: 'Of clients connected or not' })
  sessions?: number | null;

  @Whole({ ...QUOTA, description: 'In all queues together' })
  queuedMessages?: number | null;

  @Whole({ ...QUOTA, description: 'In all queues together' })
  queuedBytes?: number | null;

  @Whole({ ...QUOTA })
  retainedMessages?: number | null;

  @Whole({ ...QUOTA, description: 'Of topics, payloads and properties' })
  retainedBytes?: number | null;

  @Whole({ ...QUOTA, description: 'By its clients; they are slowed down to it' })
  publishesPerSecond?: number | null;

  @Whole({ ...QUOTA, description: 'By its clients; they are slowed down to it' })
  publishedBytesPerSecond?: number | null;

  @Whole({ ...QUOTA, description: 'More are refused' })
  connectsPerSecond?: number | null;
}

export class QuotasView {
  @Whole({ nullable: true }) connections!: number | null;
  @Whole({ nullable: true }) sessions!: number | null;
  @Whole({ nullable: true }) queuedMessages!: number | null;
  @Whole({ nullable: true }) queuedBytes!: number | null;
  @Whole({ nullable: true }) retainedMessages!: number | null;
  @Whole({ nullable: true }) retainedBytes!: number | null;
  @Whole({ nullable: true }) publishesPerSecond!: number | null;
  @Whole({ nullable: true }) publishedBytesPerSecond!: number | null;
  @Whole({ nullable: true }) connectsPerSecond!: number | null;
}

export class UsageOfQuota {
  @Amount({ description: 'Of rates: over about the last ten seconds' }) used!: number;
  @Whole({ nullable: true, description: 'null: there is none' }) quota!: number | null;
}

export class UsageView {
  @Part(() => UsageOfQuota) connections!: UsageOfQuota;
  @Part(() => UsageOfQuota) sessions!: UsageOfQuota;
  @Part(() => UsageOfQuota) queuedMessages!: UsageOfQuota;
  @Part(() => UsageOfQuota) queuedBytes!: UsageOfQuota;
  @Part(() => UsageOfQuota) retainedMessages!: UsageOfQuota;
  @Part(() => UsageOfQuota) retainedBytes!: UsageOfQuota;
  @Part(() => UsageOfQuota) publishesPerSecond!: UsageOfQuota;
  @Part(() => UsageOfQuota) publishedBytesPerSecond!: UsageOfQuota;
  @Part(() => UsageOfQuota) connectsPerSecond!: UsageOfQuota;
}
