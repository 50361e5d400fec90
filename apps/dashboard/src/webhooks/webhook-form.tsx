'use client';

import type { NewWebhook } from '@restante/api-client';
import { useState } from 'react';
import { errorOf, otherErrors } from '@/api/field-errors.ts';
import { TextField } from '@/interface/field.tsx';
import { FormFrame } from '@/interface/form-frame.tsx';
import { type EventName, EVENTS } from './events.ts';

interface WebhookFormProps {
  /** The verb on the button: "Create webhook". */
  action: string;
  initial?: { url: string; description: string; events: readonly string[] };
  isPending: boolean;
  error: Error | null;
  onSubmit: (webhook: Pick<NewWebhook, 'url' | 'description' | 'events'>) => void;
  onCancel: () => void;
}

/** Where to send, and what. */
export function WebhookForm({ action, initial, isPending, error, onSubmit, onCancel }: WebhookFormProps) {
  const [url, setUrl] = useState(initial?.url ?? '');
  const [description, setDescription] = useState(initial?.description ?? '');
  const [events, setEvents] = useState<readonly string[]>(initial?.events ?? []);
  const submit = () => {
    const chosen = EVENTS.map(({ name }) => name).filter((name) => events.includes(name));
    onSubmit({ url: url.trim(), description: description.trim(), events: chosen });
  };
  return (
    <FormFrame
      action={action}
      isReady={url.trim() !== '' && events.length > 0}
      isPending={isPending}
      error={otherErrors(error, ['url', 'description', 'events'])}
      onSubmit={submit}
      onCancel={onCancel}
    >
      <div className="grid max-w-4xl gap-x-4 gap-y-2 sm:grid-cols-2">
        <TextField
          label="URL"
          hint="http or https; it gets each event as a signed POST"
          error={errorOf(error, 'url')}
          value={url}
          onChange={({ target }) => setUrl(target.value)}
          type="url"
          className="font-mono"
          maxLength={2_000}
          autoComplete="off"
          spellCheck={false}
          required
          autoFocus
        />
        <TextField
          label="Description"
          hint="For people; may stay empty"
          error={errorOf(error, 'description')}
          value={description}
          onChange={({ target }) => setDescription(target.value)}
          maxLength={200}
          autoComplete="off"
        />
      </div>
      <EventChoices chosen={events} onChange={setEvents} error={errorOf(error, 'events')} />
    </FormFrame>
  );
}

interface EventChoicesProps {
  chosen: readonly string[];
  onChange: (events: readonly string[]) => void;
  error: string | undefined;
}

function EventChoices({ chosen, onChange, error }: EventChoicesProps) {
  const toggle = (name: EventName) =>
    onChange(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <fieldset className="max-w-4xl">
      <legend className="text-[13px] font-medium">It is told when</legend>
      <div className="mt-1 grid gap-x-8 sm:grid-cols-2">
        {EVENTS.map(({ name, told }) => (
          <label key={name} className="flex items-start gap-3 border-b border-hairline py-2 text-[13px]">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={() => toggle(name)}
              className="mt-0.5 size-4 shrink-0 accent-ink"
            />
            <span>
              <span className="font-mono">{name}</span>
              <span className="block text-quiet">{told}</span>
            </span>
          </label>
        ))}
      </div>
      <p role={error === undefined ? undefined : 'alert'} className="min-h-4 text-xs text-accent">
        {error}
      </p>
    </fieldset>
  );
}
