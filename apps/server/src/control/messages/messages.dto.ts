import { Flag, List, Text } from '../fields.ts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBase64,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

export class MessageProperties {
  @ApiPropertyOptional({ description: 'Seconds' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(0xffff_ffff)
  messageExpiryInterval?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(65_535)
  contentType?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(65_535)
  responseTopic?: string;

  @ApiPropertyOptional({ description: 'Base64' })
  @IsOptional()
  @IsBase64()
  @MaxLength(87_380)
  correlationData?: string;

  @ApiPropertyOptional({ enum: [0, 1] })
  @IsOptional()
  @IsIn([0, 1])
  payloadFormatIndicator?: 0 | 1;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @IsArray({ each: true })
  userProperties?: [string, string][];
}

export class PublishMessage {
  @ApiProperty({ example: 'sensors/1/temperature' })
  @IsString()
  @MaxLength(65_535)
  topic!: string;

  @ApiProperty({ example: '21.5' })
  @IsString()
  payload!: string;

  @ApiPropertyOptional({ enum: ['utf8', 'base64'], default: 'utf8' })
  @IsOptional()
  @IsIn(['utf8', 'base64'])
  encoding?: 'utf8' | 'base64';

  @ApiPropertyOptional({ enum: [0, 1, 2], default: 0 })
  @IsOptional()
  @IsIn([0, 1, 2])
  qos?: 0 | 1 | 2;

  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean()
  retain?: boolean;

  @ApiPropertyOptional({ type: MessageProperties })
  @IsOptional()
  @ValidateNested()
  @Type(() => MessageProperties)
  properties?: MessageProperties;

  @Flag({ optional: true, description: 'What becomes of it can be asked for a day, under `receiptId`' })
  receipt?: boolean;
}

export class PublishResult {
  @ApiProperty({ description: 'Sessions online that get it' }) delivered!: number;
  @ApiProperty({ description: 'Topic filters for which it is kept' }) filters!: number;
  @Text({ nullable: true, description: 'null: none was asked for' }) receiptId!: string | null;
}

const MAX_MESSAGES = 1_000;

export class PublishMessages {
  @List(() => PublishMessage, { max: MAX_MESSAGES, description: 'Published in this order' })
  messages!: PublishMessage[];
}

export class PublishedMessage extends PublishResult {
  @Text({ nullable: true, description: "A problem's code; null: it was published" }) code!: string | null;
  @Text({ nullable: true, description: 'What the problem is' }) detail!: string | null;
}

export class PublishedMessages {
  @List(() => PublishedMessage, { description: 'In the order of the messages' }) items!: PublishedMessage[];
}
