'use client';

import type { PolicyDryRun } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { dryRunQuery, type Settings } from './policies.ts';

const SETTLE_MS = 300;

interface Trial {
  answer: PolicyDryRun | undefined;
  error: Error | null;
  /** The answer is about the change as it stands now. */
  isSettled: boolean;
}

/** Tries a change of a policy as soon as one stops typing. */
export function useDryRun(tenant: string, name: string, changed: Settings): Trial {
  const wanted = JSON.stringify(changed);
  const [tried, setTried] = useState('{}');
  useEffect(() => {
    const timer = setTimeout(() => setTried(wanted), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const isNothing = wanted === '{}';
  const { data, error, isFetching } = useQuery({
    ...dryRunQuery(tenant, name, { settings: JSON.parse(tried) as Settings }),
    enabled: tried !== '{}',
  });
  if (isNothing) return { answer: undefined, error: null, isSettled: false };
  const isSettled = tried === wanted && !isFetching;
  return { answer: data, error: isSettled ? error : null, isSettled };
}
