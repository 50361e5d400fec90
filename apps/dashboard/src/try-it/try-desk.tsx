'use client';

import { Steps } from '@/interface/steps.tsx';
import { SessionAtServer } from './session-at-server.tsx';
import type { TryClient } from './try-client.ts';
import type { TryState } from './try-lines.ts';
import { TryForms } from './try-forms.tsx';
import { TryLog } from './try-log.tsx';
import { stepsOf } from './try-steps.ts';

interface TryDeskProps {
  tenant: string;
  client: TryClient;
  state: TryState;
  /** Another credential. */
  onEnd: () => void;
}

/** The client at the left, what happened to it at the right. */
export function TryDesk({ tenant, client, state, onEnd }: TryDeskProps) {
  return (
    <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,420px)_minmax(0,1fr)]">
      <div className="flex flex-col gap-6">
        <SessionAtServer tenant={tenant} client={client} state={state} onEnd={onEnd} />
        <TryForms tenant={tenant} client={client} state={state} />
        <Steps label="What to try" steps={stepsOf(state)} />
      </div>
      <TryLog lines={state.lines} />
    </div>
  );
}
