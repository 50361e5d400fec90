'use client';

import { type FormEvent, useState } from 'react';
import { Button } from '@/interface/button.tsx';

interface TopicQuestionProps {
  /** '': nothing is asked. */
  topic: string;
  onAsk: (topic: string) => void;
}

/** Who would get this topic? */
export function TopicQuestion({ topic, onAsk }: TopicQuestionProps) {
  const [text, setText] = useState(topic);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAsk(text);
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2" noValidate>
      <input
        aria-label="Who would get this topic?"
        placeholder="Who would get this topic?"
        value={text}
        onChange={({ target }) => setText(target.value)}
        autoComplete="off"
        spellCheck={false}
        className="h-8 w-72 max-w-full rounded-xs border border-frame bg-raised px-2 font-mono text-[13px] placeholder:font-sans placeholder:text-quiet"
      />
      <Button type="submit" disabled={text === '' || text === topic}>
        Ask
      </Button>
      {topic !== '' && <Button onClick={() => onAsk('')}>All subscriptions</Button>}
    </form>
  );
}
