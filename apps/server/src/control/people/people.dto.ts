import { Flag, List, Text, Texts, When } from '../fields.ts';

export class LoginBody {
  @Text({ max: 320, format: 'email' })
  email!: string;

  @Text({ max: 1_024 })
  password!: string;
}

export class LoginResult {
  @Flag({ description: 'The login is complete only with a second factor' }) twoFactorRequired!: boolean;
}

export class TwoFactorLogin {
  @Text({ max: 100, description: 'Of the authenticator, or one of the backup codes' })
  code!: string;
}

export class PasswordBody {
  @Text({ max: 1_024 })
  password!: string;
}

export class ConfirmTwoFactor {
  @Text({ max: 20, description: 'Of the authenticator' })
  code!: string;
}

export class TwoFactorSetup {
  @Text({ description: 'For authenticators, as an otpauth: URI; shown here and never again' }) uri!: string;
  @Texts({ max: 100, description: 'Each serves once, instead of a code' }) backupCodes!: string[];
}

export class ChangePassword {
  @Text({ max: 1_024 })
  currentPassword!: string;

  @Text({ min: 8, max: 1_024 })
  newPassword!: string;
}

export class MeView {
  @Text({ nullable: true, description: 'null: an API key' }) email!: string | null;
  @Text({ nullable: true }) name!: string | null;
  @Flag({ description: 'Whether everything is permitted, in every tenant' }) isPlatformAdmin!: boolean;
  @Flag() hasTwoFactor!: boolean;
}

export class OwnLogin {
  @Text() id!: string;
  @When() createdAt!: string;
  @When({ description: 'Later, if it is used' }) expiresAt!: string;
  @Text({ nullable: true, description: 'From where it was made' }) remoteAddress!: string | null;
  @Text({ nullable: true, description: 'What the browser called itself' }) userAgent!: string | null;
  @Flag({ description: 'It is the one that asks' }) isCurrent!: boolean;
}

export class OwnLoginList {
  @List(() => OwnLogin, { description: 'The latest first' }) items!: OwnLogin[];
}
