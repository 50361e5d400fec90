'use client';

import { useParams } from 'next/navigation';

/** Slug of the tenant whose page this is. */
export function useTenant(): string {
  return decodeURIComponent(useParams<{ tenant: string }>().tenant);
}
