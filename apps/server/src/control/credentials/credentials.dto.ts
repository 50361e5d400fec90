import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { type AclRule } from './acl.ts';

export class AclRuleBody implements AclRule {
  @ApiProperty({ enum: ['allow', 'deny'] })
  @IsIn(['allow', 'deny'])
  effect!: 'allow' | 'deny';

  @ApiProperty({ enum: ['publish', 'subscribe', 'all'] })
  @IsIn(['publish', 'subscribe', 'all'])
  action!: 'publish' | 'subscribe' | 'all';

  @ApiProperty({ example: 'devices/%c/#', description: '%c: client identifier, %u: user name' })
  @IsString()
  @MaxLength(65_535)
  topicFilter!: string;
}

export class UpdateCredential {
  @ApiPropertyOptional({ maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  label?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'Name of a policy; null: the default of the tenant',
  })
  @IsOptional()
  @IsString()
  policy?: string | null;

  @ApiPropertyOptional({
    type: [AclRuleBody],
    nullable: true,
    description: 'The first rule that matches counts',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => AclRuleBody)
  acl?: AclRuleBody[] | null;

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  enabled?: boolean;
}

export class CreateCredential extends UpdateCredential {
  @ApiProperty({ example: 'sensor-1' })
  @Matches(/^[^\s:+#/\p{Cc}]{1,128}$/u, {
    message: 'username must be 1 to 128 characters without white space, ":", "/", "+" and "#"',
  })
  username!: string;
}

export class CredentialView {
  @ApiProperty() username!: string;
  @ApiProperty({ example: 'acme:sensor-1' }) mqttUsername!: string;
  @ApiProperty() label!: string;
  @ApiProperty({ type: String, nullable: true }) policy!: string | null;
  @ApiProperty({ type: [AclRuleBody], nullable: true }) acl!: AclRule[] | null;
  @ApiProperty() enabled!: boolean;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true }) rotatedAt!: string | null;
}

export class IssuedCredential extends CredentialView {
  @ApiProperty({ description: 'Shown here and never again' }) password!: string;
}

export class CredentialList {
  @ApiProperty({ type: [CredentialView] }) items!: CredentialView[];
  @ApiProperty({ type: String, nullable: true }) next!: string | null;
}
