import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../paging.ts';

const STATES = ['online', 'offline'] as const;
const SORTS = ['clientId', 'queuedMessages'] as const;
const TIME = { type: String, format: 'date-time', nullable: true } as const;

export class SessionListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  state?: (typeof STATES)[number];

  @ApiPropertyOptional({ description: 'Part of the client identifier' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({ enum: SORTS, description: 'queuedMessages: the deepest queue first' })
  @IsOptional()
  @IsIn(SORTS)
  sort?: (typeof SORTS)[number];
}

export class SessionView {
  @ApiProperty() clientId!: string;
  @ApiProperty({ enum: STATES }) state!: (typeof STATES)[number];
  @ApiProperty() username!: string;
  @ApiProperty({ enum: [3, 4, 5], description: '3: MQTT 3.1, 4: MQTT 3.1.1, 5: MQTT 5.0' })
  protocolVersion!: number;
  @ApiProperty({ type: String, nullable: true }) remoteAddress!: string | null;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty(TIME) connectedAt!: string | null;
  @ApiProperty(TIME) disconnectedAt!: string | null;
  @ApiProperty({ description: '0: ends with its connection; 4294967295: never ends' })
  sessionExpirySeconds!: number;
  @ApiProperty(TIME) expiresAt!: string | null;
  @ApiProperty() subscriptionCount!: number;
  @ApiProperty({ description: 'QoS 1 and 2 messages not yet acknowledged, those in flight included' })
  queuedMessages!: number;
  @ApiProperty() queuedBytes!: number;
  @ApiProperty() maxQueuedMessages!: number;
  @ApiProperty() maxQueuedBytes!: number;
  @ApiProperty() inflightMessages!: number;
  @ApiProperty() droppedMessages!: number;
}

export class SessionList {
  @ApiProperty({ type: [SessionView] }) items!: SessionView[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
}

export class SubscriptionView {
  @ApiProperty() topicFilter!: string;
  @ApiProperty({ enum: [0, 1, 2] }) qos!: number;
  @ApiProperty() noLocal!: boolean;
  @ApiProperty() retainAsPublished!: boolean;
  @ApiProperty({ enum: [0, 1, 2] }) retainHandling!: number;
  @ApiProperty({ type: Number, nullable: true }) subscriptionIdentifier!: number | null;
  @ApiProperty() queuedMessages!: number;
}

export class WillView {
  @ApiProperty() topic!: string;
  @ApiProperty({ enum: [0, 1, 2] }) qos!: number;
  @ApiProperty() retain!: boolean;
  @ApiProperty() delaySeconds!: number;
}

export class SessionDetailView extends SessionView {
  @ApiProperty() cleanStart!: boolean;
  @ApiProperty() keepAliveSeconds!: number;
  @ApiProperty() receiveMaximum!: number;
  @ApiProperty({ type: [SubscriptionView] }) subscriptions!: SubscriptionView[];
  @ApiProperty({ type: WillView, nullable: true }) will!: WillView | null;
}

export class InflightView {
  @ApiProperty() packetIdentifier!: number;
  @ApiProperty({ enum: [1, 2] }) qos!: number;
  @ApiProperty({ enum: ['publish-sent', 'pubrel-sent'] }) state!: string;
  @ApiProperty({ type: String, nullable: true }) topic!: string | null;
}

export class InflightList {
  @ApiProperty({ type: [InflightView] }) items!: InflightView[];
}
