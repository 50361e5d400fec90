'use client';

import { useParams } from 'next/navigation';
import { type Page, permitted, PLATFORM_PAGES, TENANT_PAGES } from './pages.ts';
import { useKnownPermissions, usePlatformPermissions } from './permissions.ts';

export interface Place {
  page: Page;
  /** What the page's path is appended to. */
  home: string;
  address: string;
}

/** Slug of the tenant that one is in, if any. */
export function useTenantHere(): string | undefined {
  const { tenant } = useParams<{ tenant?: string }>();
  return tenant === undefined ? undefined : decodeURIComponent(tenant);
}

export interface Places {
  tenant: Place[];
  platform: Place[];
  /** false: what one may do is on its way. */
  isKnown: boolean;
}

const NOWHERE: string[] = [];

/** Where one can go from here: the pages of this tenant, and those of the platform. */
export function usePlaces(): Places {
  const here = useTenantHere();
  const permissions = useKnownPermissions(here);
  const platform = usePlatformPermissions();
  const home = `/tenants/${here}`;
  return {
    tenant: here === undefined ? [] : placesOf(permitted(TENANT_PAGES, permissions ?? NOWHERE), home),
    platform: placesOf(permitted(PLATFORM_PAGES, platform), ''),
    isKnown: permissions !== undefined,
  };
}

function placesOf(pages: Page[], home: string): Place[] {
  return pages.map((page) => ({ page, home, address: `${home}${page.path}` }));
}
