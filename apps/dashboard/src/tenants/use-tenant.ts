'use client';

import { useParams } from 'next/navigation';

/** Slug of the tenant whose page this is; null: it is the platform's. */
export function useScope(): string | null {
  const { tenant } = useParams<{ tenant?: string }>();
  return tenant === undefined ? null : decodeURIComponent(tenant);
}

/** Slug of the tenant whose page this is. */
export function useTenant(): string {
  return decodeURIComponent(useParams<{ tenant: string }>().tenant);
}
