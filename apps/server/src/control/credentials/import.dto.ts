import { Choice, Flag, List, Text, Whole } from '../fields.ts';
import { CreateCredential } from './credentials.dto.ts';
import { MAX_HASH_LENGTH } from './imported/foreign-hash.ts';

export const IMPORT_FORMATS = ['csv', 'json-lines'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** Characters of a whole import. */
const MAX_IMPORT = 4 * 1024 * 1024;

/** A line of an import. */
export class ImportCredential extends CreateCredential {
  @Text({ optional: true, max: MAX_HASH_LENGTH })
  passwordHash?: string;
}

export class ImportCredentials {
  @Choice(IMPORT_FORMATS, {
    description:
      'csv: a line of names first, of username, label, policy, clientIdRule, clientId, expiresAt, enabled, loginMethods, certificateFingerprints (several in one column with blanks between them), passwordHash; json-lines: a credential as it is issued, with or without passwordHash, on each line. With a passwordHash the device keeps the password it had at another broker: $pbkdf2-<digest>$i=<iterations>$<salt>$<hash> or $<digest>$salt=prefix|suffix|none$<salt>$<hash> (digest: md5, sha1, sha256, sha512; salt and hash in base64), or as bcrypt and argon2 write theirs',
  })
  format!: ImportFormat;

  @Text({ max: MAX_IMPORT, example: 'username,label\nsensor-1,Roof\nsensor-2,Cellar\n' })
  data!: string;

  @Flag({ optional: true, description: 'Nothing is issued, only told what would be' })
  dryRun?: boolean;
}

export class ImportedLine {
  @Whole({ min: 1, description: 'Of the data; a CSV line of names is line 1' }) line!: number;
  @Text({ nullable: true, description: 'null: the line could not be read' }) username!: string | null;
  @Text({ nullable: true, description: 'MQTT user name; null: not issued' }) mqttUsername!: string | null;
  @Text({
    nullable: true,
    description: 'Shown here and never again; null: not issued, or the device keeps the one it has',
  })
  password!: string | null;
  @Text({ nullable: true, description: 'Why it was not issued; null: it was (dry run: would be)' }) error!:
    string | null;
}

export class ImportResult {
  @Whole({ description: 'Those that keep their password too' }) issued!: number;
  @Whole() failed!: number;
  @List(() => ImportedLine) lines!: ImportedLine[];
}
