'use client';

import { ApiProblem } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { meQuery } from './people.ts';

/**
 * Shows what is inside to people who are logged in. Until that is known the inside is there but invisible, so that its
 * own reads are already on their way; the control plane answers none of them without a login.
 */
export function LoginGate({ children }: { children: ReactNode }) {
  const { isPending, error } = useQuery(meQuery);
  const isOutside = isPending || (error instanceof ApiProblem && error.status === 401);
  return <div className={isOutside ? 'invisible' : undefined}>{children}</div>;
}
