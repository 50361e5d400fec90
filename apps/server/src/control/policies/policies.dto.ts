import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type Policy } from '@restante/broker';
import { IsBoolean, IsObject, IsOptional, Matches } from 'class-validator';

const SETTINGS = {
  type: 'object',
  additionalProperties: true,
  example: { maxQueuedMessages: 1000, overflow: 'drop-oldest' },
} as const;

export class UpdatePolicy {
  @ApiPropertyOptional({ description: 'true: what credentials without a policy of their own get' })
  @IsOptional()
  @IsBoolean()
  isDefault?: boolean;

  @ApiPropertyOptional({ ...SETTINGS, description: 'Any of the settings; the others keep their value' })
  @IsOptional()
  @IsObject()
  settings?: Record<string, unknown>;
}

export class CreatePolicy extends UpdatePolicy {
  @ApiProperty({ example: 'gateways' })
  @Matches(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
    message:
      'name must be 1 to 63 lower-case letters, digits and hyphens, and neither begin nor end with a hyphen',
  })
  name!: string;
}

export class PolicyView {
  @ApiProperty() name!: string;
  @ApiProperty() isDefault!: boolean;
  @ApiProperty({ ...SETTINGS, description: 'All settings, the defaults included' }) settings!: Policy;
}

export class PolicyList {
  @ApiProperty({ type: [PolicyView] }) items!: PolicyView[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
}
