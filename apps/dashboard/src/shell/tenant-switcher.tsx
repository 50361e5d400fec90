'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { Command } from 'cmdk';
import { useState } from 'react';
import { Popover, PopoverPanel, PopoverTrigger } from '@/interface/popover.tsx';
import { allTenantsQuery, tenantQuery } from '@/tenants/tenants.ts';
import { PALETTE_INPUT, PALETTE_ITEM } from './palette-look.ts';
import { useTenantHere } from './use-places.ts';

/** The tenant one is in, and the way to another. */
export function TenantSwitcher() {
  const here = useTenantHere();
  const [isOpen, setIsOpen] = useState(false);
  const { data: tenant } = useQuery({ ...tenantQuery(here ?? ''), enabled: here !== undefined });
  return (
    <Popover open={isOpen} onOpenChange={setIsOpen}>
      <PopoverTrigger className="flex h-10 w-full shrink-0 items-center justify-between gap-2 rounded-xs border border-hairline bg-raised px-2 text-left hover:border-frame">
        <span className="min-w-0 leading-4">
          <span className="block truncate text-[13px] font-medium">
            {here === undefined ? 'All tenants' : (tenant?.name ?? here)}
          </span>
          <span className="block truncate font-mono text-[11px] text-quiet">{here ?? 'Choose a tenant'}</span>
        </span>
        <span aria-hidden="true" className="text-quiet">
          ⌄
        </span>
      </PopoverTrigger>
      <PopoverPanel label="Tenants">
        <TenantChoice here={here} onChoose={() => setIsOpen(false)} />
      </PopoverPanel>
    </Popover>
  );
}

function TenantChoice({ here, onChoose }: { here: string | undefined; onChoose: () => void }) {
  const router = useRouter();
  const { data } = useQuery(allTenantsQuery);
  const go = (address: string) => {
    onChoose();
    router.push(address);
  };
  return (
    <Command label="Tenants" className="w-72">
      <Command.Input placeholder="Find a tenant" className={PALETTE_INPUT} />
      <Command.List label="Tenants" className="max-h-72 overflow-y-auto p-1">
        <Command.Empty className="p-2 text-[13px] text-quiet">No tenant of that name.</Command.Empty>
        <Command.Item value="all tenants" onSelect={() => go('/tenants')} className={PALETTE_ITEM}>
          All tenants
        </Command.Item>
        {data?.map(({ slug, name }) => (
          <Command.Item
            key={slug}
            value={`${slug} ${name}`}
            onSelect={() => go(`/tenants/${slug}`)}
            className={PALETTE_ITEM}
          >
            <span className="truncate">{name}</span>
            <span className="ml-auto max-w-1/2 shrink-0 truncate font-mono text-xs text-quiet">
              {slug === here ? 'here' : slug}
            </span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
