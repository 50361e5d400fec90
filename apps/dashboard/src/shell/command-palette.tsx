'use client';

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Dialog } from '@/interface/dialog.tsx';
import { allTenantsQuery } from '@/tenants/tenants.ts';
import { holdsWords } from './holds-words.ts';
import { PALETTE_GROUP, PALETTE_INPUT, PALETTE_ITEM } from './palette-look.ts';
import { PaletteSessions } from './palette-sessions.tsx';
import { usePlaces, useTenantHere } from './use-places.ts';

/** Goes anywhere by typing: pages, tenants, and sessions of the tenant one is in. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const tenant = useTenantHere();
  const [text, setText] = useState('');
  const go = (address: string) => {
    onClose();
    router.push(address);
  };
  const wanted = { text: text.trim(), onGo: go };
  return (
    <Dialog title="Go to" isTitleHidden onClose={onClose} look="palette">
      {/* Sessions are found by the server, so nothing is sifted here but by the groups themselves. */}
      <Command label="Go to" loop shouldFilter={false}>
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder={
            tenant === undefined ? 'Go to a page or a tenant' : 'Go to a page, a tenant or a session'
          }
          className={PALETTE_INPUT}
        />
        <Command.List label="Places" className="max-h-[min(400px,60vh)] overflow-y-auto p-1">
          <Command.Empty className="p-3 text-[13px] text-quiet">Nothing is called that.</Command.Empty>
          <PalettePages {...wanted} />
          {tenant !== undefined && wanted.text !== '' && <PaletteSessions tenant={tenant} {...wanted} />}
          <PaletteTenants here={tenant} {...wanted} />
        </Command.List>
      </Command>
    </Dialog>
  );
}

interface Wanted {
  text: string;
  onGo: (address: string) => void;
}

function PalettePages({ text, onGo }: Wanted) {
  const { tenant, platform } = usePlaces();
  const found = [...tenant, ...platform].filter(({ page }) => holdsWords(page.name, text));
  if (found.length === 0) return null;
  return (
    <Command.Group heading="Pages" className={PALETTE_GROUP}>
      {found.map(({ page, address }) => (
        <Command.Item
          key={address}
          value={`page ${address}`}
          onSelect={() => onGo(address)}
          className={PALETTE_ITEM}
        >
          {page.name}
          {page.key !== undefined && (
            <span className="ml-auto font-mono text-xs text-quiet">g {page.key}</span>
          )}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

const MOST_TENANTS = 50;

function PaletteTenants({ here, text, onGo }: Wanted & { here: string | undefined }) {
  const { data = [] } = useQuery(allTenantsQuery);
  const found = data.filter(({ slug, name }) => slug !== here && holdsWords(`${name} ${slug}`, text));
  if (found.length === 0) return null;
  return (
    <Command.Group heading="Tenants" className={PALETTE_GROUP}>
      {found.slice(0, MOST_TENANTS).map(({ slug, name }) => (
        <Command.Item
          key={slug}
          value={`tenant ${slug}`}
          onSelect={() => onGo(`/tenants/${slug}`)}
          className={PALETTE_ITEM}
        >
          <span className="truncate">{name}</span>
          <span className="ml-auto max-w-1/2 shrink-0 truncate font-mono text-xs text-quiet">{slug}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}
