'use client';

import { useEffect, useEffectEvent } from 'react';
import { useTail } from '@/live/use-tail.ts';
import { glance } from '@/session/payload.ts';

interface FirstMessageProps {
  tenant: string;
  onReceived: () => void;
}

const EVERYTHING = '#';

/** Waits for what is published, and shows it. */
export function FirstMessage({ tenant, onReceived }: FirstMessageProps) {
  const tail = useTail(tenant, EVERYTHING);
  const newest = tail.messages.at(0)?.message;
  const tell = useEffectEvent(onReceived);
  const isReceived = newest !== undefined;
  useEffect(() => {
    if (isReceived) tell();
  }, [isReceived]);
  return (
    <p role="status" data-testid="first-message" className="mt-3 text-[13px]">
      {newest === undefined ? (
        <span className="text-quiet">
          {tail.refusal?.message ?? 'This page listens: the message is shown here when it is published.'}
        </span>
      ) : (
        <>
          It is here: <span className="font-mono">{newest.topic}</span>{' '}
          <span className="font-mono text-online">{glance(newest)}</span>
        </>
      )}
    </p>
  );
}
