import { Amount, Flag, List, Part, Text, Texts, When, Whole } from '../fields.ts';

export class PoolView {
  @Text({ description: 'What its connections are for' }) pool!: string;
  @Whole() connections!: number;
  @Whole() inUse!: number;
  @Whole({ description: 'Requests that wait for a connection' }) waiting!: number;
  @Whole() max!: number;
}

export class DatabaseHealth {
  @Flag() answers!: boolean;
  @Text({ nullable: true, description: 'Why it does not; null: it does' }) problem!: string | null;
  @Amount({ nullable: true, description: 'How long its last answer took; null: none has come' })
  answerMs!: number | null;
  @Text({ nullable: true, example: '18.1', description: 'null: not known yet' }) version!: string | null;
  @Amount({ nullable: true, description: 'null: not known yet' }) sizeBytes!: number | null;
  @Whole({ nullable: true, description: 'Of all its clients; null: not known yet' })
  connections!: number | null;
  @Whole({ nullable: true, description: 'null: not known yet' }) maxConnections!: number | null;
  @List(() => PoolView, { description: 'Of this server' }) pools!: PoolView[];
}

/** Of about the last minute. */
export class CommitHealth {
  @Whole({ description: 'In about the last minute' }) commits!: number;
  @Amount({ nullable: true, description: 'Half of them took no longer; null: there were none' })
  p50Ms!: number | null;
  @Amount({ nullable: true, description: '99 of 100 took no longer; null: there were none' })
  p99Ms!: number | null;
  @Amount({ nullable: true, description: 'Half of them had no more messages; null: there were none' })
  p50Messages!: number | null;
  @Amount({ description: 'For how long the one under way has been waited for; 0: none is under way' })
  underWayMs!: number;
  @Whole({ description: 'Tries that failed, since the start' }) failures!: number;
}

export class BacklogHealth {
  @Whole({ description: 'Accepted, and not durable yet' }) messages!: number;
  @Whole() bytes!: number;
  @Whole({ description: 'With more, publishers are not read from' }) maxBytes!: number;
}

export class EventLoopHealth {
  @Amount() meanMs!: number;
  @Amount({ description: '99 of 100 turns were late by no more' }) p99Ms!: number;
  @Amount() maxMs!: number;
}

/** How the server does. */
export class HealthView {
  @Texts({ max: 20, description: 'What somebody should look at, in sentences; empty: all is well' })
  problems!: string[];
  @Text() version!: string;
  @When() startedAt!: string;
  @Whole({ description: 'Clients that are connected' }) connections!: number;
  @Amount({ description: 'Memory that the server takes' }) memoryBytes!: number;
  @Part(() => DatabaseHealth) database!: DatabaseHealth;
  @Part(() => CommitHealth) commits!: CommitHealth;
  @Part(() => BacklogHealth) backlog!: BacklogHealth;
  @Part(() => EventLoopHealth, { description: 'How late it was, in the last ten to twenty seconds' })
  eventLoop!: EventLoopHealth;
}
