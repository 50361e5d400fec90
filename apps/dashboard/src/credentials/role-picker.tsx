'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { rolesQuery } from '@/access/access.ts';
import { Tick } from '@/interface/tick.tsx';

interface RolePickerProps {
  tenant: string;
  /** In the order in which they are asked. */
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** Roles are asked in the order in which they were ticked. */
export function RolePicker({ tenant, chosen, onChange }: RolePickerProps) {
  const { data } = useQuery(rolesQuery(tenant));
  const names = data?.items.map(({ name }) => name) ?? chosen;
  const toggle = (name: string, isTicked: boolean) =>
    onChange(isTicked ? [...chosen, name] : chosen.filter((other) => other !== name));
  return (
    <fieldset className="mb-3">
      <legend className="text-[13px] font-medium">Roles</legend>
      <div className="flex flex-wrap items-center gap-x-4">
        {names.map((name) => (
          <Tick
            key={name}
            label={
              chosen.length > 1 && chosen.includes(name) ? `${name} (${chosen.indexOf(name) + 1}.)` : name
            }
            isTicked={chosen.includes(name)}
            onChange={(isTicked) => toggle(name, isTicked)}
          />
        ))}
        {names.length === 0 && (
          <p className="text-xs text-quiet">
            None yet. They are made under{' '}
            <Link href={`/tenants/${tenant}/access`} className="door">
              Access rules
            </Link>
            .
          </p>
        )}
      </div>
    </fieldset>
  );
}
