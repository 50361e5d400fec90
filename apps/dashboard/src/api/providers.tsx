'use client';

import { ApiProblem } from '@restante/api-client';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { goToLogin } from '@/people/login-address.ts';

/** Polling is the retry: a read that failed is tried again at its next interval, and the last known values stay. */
function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenLoggedOut }),
    defaultOptions: {
      queries: { retry: false, networkMode: 'always', refetchIntervalInBackground: false },
      mutations: { networkMode: 'always', onError: leaveWhenLoggedOut },
    },
  });
}

/** A login that ended meanwhile: everything read with it goes with the page. */
function leaveWhenLoggedOut(error: Error): void {
  if (error instanceof ApiProblem && error.code === 'not-authenticated') goToLogin();
}

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(createQueryClient);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
