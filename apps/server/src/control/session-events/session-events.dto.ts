import { Amount, Choice, Flag, List, Text, When } from '../fields.ts';
import { SESSION_EVENT_KINDS, type SessionEventKind } from './session-events.ts';

export class SessionEventView {
  @Text() id!: string;
  @When() at!: string;
  @Choice(SESSION_EVENT_KINDS) kind!: SessionEventKind;
  @Text({ nullable: true, description: 'Of the credential' }) username!: string | null;
  @Text({
    nullable: true,
    description: 'Person or API key who did it; only to who may read the audit',
  })
  actor!: string | null;
  @Text({ nullable: true, description: 'Of the connection' }) remoteAddress!: string | null;
  @Text({ nullable: true, description: 'taken-over: the address that has the session now' })
  takenOverBy!: string | null;
  @Text({ nullable: true, description: 'connected: tcp, tls, ws or wss' }) transport!: string | null;
  @Amount({ nullable: true, description: 'connected: 3 (MQTT 3.1), 4 (3.1.1) or 5 (5.0)' })
  protocolVersion!: number | null;
  @Flag({ nullable: true, description: 'connected: false: the session began with it' })
  sessionPresent!: boolean | null;
  @Text({ nullable: true, description: 'disconnected: client, server or network' }) by!: string | null;
  @Amount({ nullable: true, description: 'disconnected: of DISCONNECT; null: the connection broke' })
  reasonCode!: number | null;
  @Text({ nullable: true, description: 'disconnected: why, in words' }) reason!: string | null;
  @Flag({ nullable: true, description: 'disconnected, taken-over: false: the session ended with it' })
  isSessionKept!: boolean | null;
  @Amount({ nullable: true, description: 'expired, replaced, deleted: lost with the session' })
  queuedMessages!: number | null;
  @Amount({ nullable: true }) queuedBytes!: number | null;
  @Amount({ nullable: true, description: 'queue-purged, -copied, -moved, rewound: how many messages' })
  messages!: number | null;
  @Text({ nullable: true, description: 'queue-purged, -copied, -moved: only what it matches' })
  topicFilter!: string | null;
  @Text({ nullable: true, description: 'queue-copied, -moved: whose queue they come from; null: this one' })
  fromClientId!: string | null;
  @Text({ nullable: true, description: 'queue-copied, -moved: whose queue they went to; null: this one' })
  toClientId!: string | null;
  @When({ nullable: true, description: 'rewound: to what was sent since then' }) to!: string | null;
}

export class SessionEventList {
  @List(() => SessionEventView) items!: SessionEventView[];
  @Text({ nullable: true }) next!: string | null;
}
