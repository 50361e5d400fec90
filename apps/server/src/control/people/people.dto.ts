import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

export class LoginBody {
  @ApiProperty({ format: 'email' })
  @IsString()
  @MaxLength(320)
  email!: string;

  @ApiProperty()
  @IsString()
  @MaxLength(1_024)
  password!: string;
}

export class MeView {
  @ApiProperty({ type: String, nullable: true, description: 'null: an API key' }) email!: string | null;
  @ApiProperty({ type: String, nullable: true }) name!: string | null;
  @ApiProperty({ enum: ['platform-admin'] }) role!: string;
}
