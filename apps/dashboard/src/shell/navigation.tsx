'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { byGroup, isAt } from './pages.ts';
import { type Place, usePlaces } from './use-places.ts';

/** The ways to all pages, in words. `onLeave`: a way was taken. */
export function Navigation({ onLeave }: { onLeave?: () => void }) {
  const { tenant, platform, isKnown } = usePlaces();
  return (
    <nav
      aria-label="Pages"
      // What comes at once is no shift of what was there before.
      className={isKnown ? 'flex flex-col gap-5' : 'hidden'}
      onClick={onLeave}
    >
      <Group places={tenant} />
      <Group places={platform} />
    </nav>
  );
}

function Group({ places }: { places: Place[] }) {
  return byGroup(places.map(({ page }) => page)).map(({ group, pages }) => (
    <div key={group}>
      <h2 className="px-2 pb-1 text-[11px] leading-4 text-quiet">{group}</h2>
      <ul>
        {pages.map((page) => (
          <li key={page.path}>
            <Way {...places.find((place) => place.page === page)!} />
          </li>
        ))}
      </ul>
    </div>
  ));
}

function Way({ page, home, address }: Place) {
  const isHere = isAt(usePathname(), home, page.path);
  return (
    <Link
      href={address}
      aria-current={isHere ? 'page' : undefined}
      className={`flex h-7 items-center rounded-xs px-2 text-[13px] ${isHere ? 'bg-sunken font-medium shadow-[inset_2px_0_0_var(--ink)]' : 'hover:bg-sunken'}`}
    >
      {page.name}
    </Link>
  );
}
