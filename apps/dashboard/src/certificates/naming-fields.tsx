'use client';

import type { CertificateAuthority } from '@restante/api-client';
import { errorOf } from '@/api/field-errors.ts';
import { ChoiceField, TextField } from '@/interface/field.tsx';
import { NAME_SOURCES } from './authorities.ts';

export type Naming = Pick<CertificateAuthority, 'nameFrom' | 'namePrefix'>;

interface NamingFieldsProps {
  naming: Naming;
  error: Error | null;
  onChange: (naming: Naming) => void;
}

/** Where the name of the credential stands in a device's certificate. */
export function NamingFields({ naming, error, onChange }: NamingFieldsProps) {
  return (
    <div className="grid max-w-3xl gap-x-4 gap-y-2 sm:grid-cols-2">
      <ChoiceField
        label="The credential's name is"
        hint="In the device's certificate"
        error={errorOf(error, 'nameFrom')}
        value={naming.nameFrom}
        onChange={({ target }) =>
          onChange({ ...naming, nameFrom: target.value as CertificateAuthority['nameFrom'] })
        }
      >
        {Object.entries(NAME_SOURCES).map(([source, words]) => (
          <option key={source} value={source}>
            {words}
          </option>
        ))}
      </ChoiceField>
      <TextField
        label="Behind the prefix"
        hint={naming.nameFrom === 'san-uri' ? 'Needed: urn:device:, for example' : 'May stay empty'}
        error={errorOf(error, 'namePrefix')}
        value={naming.namePrefix}
        onChange={({ target }) => onChange({ ...naming, namePrefix: target.value })}
        className="font-mono"
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
      />
    </div>
  );
}
