'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { MessageTail } from './message-tail.tsx';

interface TailSectionProps {
  tenant: string;
  /** '': nothing is watched. */
  topicFilter: string;
  onWatch: (topicFilter: string) => void;
}

/** Messages under a topic filter as they are published. */
export function TailSection({ tenant, topicFilter, onWatch }: TailSectionProps) {
  return (
    <section aria-label="Live messages" className="flex flex-col gap-2">
      <SectionHeading>Live messages</SectionHeading>
      <TailForm key={topicFilter} topicFilter={topicFilter} onWatch={onWatch} />
      {topicFilter === '' ? (
        <p className="text-[13px] text-quiet">
          Watch a topic filter, or a level of the tree: each message is shown here when it is published.
        </p>
      ) : (
        <MessageTail key={`${tenant} ${topicFilter}`} tenant={tenant} topicFilter={topicFilter} />
      )}
    </section>
  );
}

function TailForm({ topicFilter, onWatch }: Omit<TailSectionProps, 'tenant'>) {
  const [text, setText] = useState(topicFilter);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onWatch(text.trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2" noValidate>
      <input
        aria-label="Topic filter to watch"
        placeholder="sensors/+/temperature or #"
        value={text}
        onChange={({ target }) => setText(target.value)}
        autoComplete="off"
        spellCheck={false}
        className="h-8 w-72 max-w-full rounded-xs border border-frame bg-raised px-2 font-mono text-[13px] placeholder:text-quiet"
      />
      <Button type="submit" look="ink" disabled={text.trim() === '' || text.trim() === topicFilter}>
        Watch
      </Button>
      {topicFilter !== '' && <Button onClick={() => onWatch('')}>Stop</Button>}
    </form>
  );
}
