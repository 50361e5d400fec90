import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';

export class CreateTenant {
  @ApiProperty({
    example: 'acme',
    description: 'Stands in front of user names and in host names; cannot be changed',
  })
  @Matches(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    message:
      'slug must be 1 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen',
  })
  slug!: string;

  @ApiPropertyOptional({ maxLength: 200 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  quotas?: Record<string, unknown>;
}

export class UpdateTenant {
  @ApiPropertyOptional({ maxLength: 200 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  quotas?: Record<string, unknown>;
}

export class TenantView {
  @ApiProperty() slug!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) quotas!: Record<string, unknown>;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
}

export class TenantListItem extends TenantView {
  @ApiProperty() onlineSessions!: number;
  @ApiProperty() offlineSessions!: number;
  @ApiProperty() queuedMessages!: number;
}

export class TenantList {
  @ApiProperty({ type: [TenantListItem] }) items!: TenantListItem[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
}

export class TopQueueView {
  @ApiProperty() clientId!: string;
  @ApiProperty() queuedMessages!: number;
  @ApiProperty() queuedBytes!: number;
  @ApiProperty({ enum: ['online', 'offline'] }) state!: 'online' | 'offline';
}

export class OverviewView {
  @ApiProperty() onlineSessions!: number;
  @ApiProperty() offlineSessions!: number;
  @ApiProperty() queuedMessages!: number;
  @ApiProperty() queuedBytes!: number;
  @ApiProperty() retainedMessages!: number;
  @ApiProperty() retainedBytes!: number;
  @ApiProperty() messagesInPerSecond!: number;
  @ApiProperty() messagesOutPerSecond!: number;
  @ApiProperty({ type: [TopQueueView] }) topQueues!: TopQueueView[];
}
