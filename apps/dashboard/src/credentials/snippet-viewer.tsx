'use client';

import { useState } from 'react';
import { CopyButton } from '@/interface/copy-button.tsx';
import { Segments } from '@/interface/segments.tsx';
import { type Login, SNIPPETS } from './snippets.ts';

const NAMES = SNIPPETS.map(({ name }) => name);

/** Programs that connect with a credential, ready to be pasted. */
export function SnippetViewer({ login }: { login: Login }) {
  const [name, setName] = useState(NAMES[0]);
  const snippet = SNIPPETS.find((candidate) => candidate.name === name)!;
  const text = snippet.write(login);
  return (
    <div>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Segments label="Client" value={name} options={NAMES} onChange={setName} />
        <CopyButton key={text} text={text} label={`Copy for ${name}`} />
      </div>
      <pre
        tabIndex={0}
        aria-label={`For ${name}`}
        data-testid="snippet"
        className="mt-2 max-h-80 overflow-auto border border-hairline bg-sunken p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
      >
        {text}
      </pre>
      <p className="mt-1 text-xs text-quiet">{snippet.needs}</p>
    </div>
  );
}
