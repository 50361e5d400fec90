'use client';

import { useEffect, useState, useSyncExternalStore } from 'react';
import { TryClient, type TryLogin } from './try-client.ts';
import { NEW_TRY, type TryState } from './try-lines.ts';

const never = () => () => undefined;

interface TryIt {
  client: TryClient | null;
  state: TryState;
  /** Connects as somebody; whoever was there before goes. */
  begin: (login: TryLogin) => void;
  end: () => void;
}

/** At most one client, which goes offline when one leaves the page. */
export function useTryClient(): TryIt {
  const [client, setClient] = useState<TryClient | null>(null);
  useEffect(() => () => client?.close(), [client]);
  const state = useSyncExternalStore(
    client?.subscribeToState ?? never,
    client?.current ?? (() => NEW_TRY),
    () => NEW_TRY,
  );
  const begin = (login: TryLogin) => {
    const started = new TryClient(login);
    setClient(started);
    void started.connect();
  };
  return { client, state, begin, end: () => setClient(null) };
}
