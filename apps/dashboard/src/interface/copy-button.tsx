'use client';

import { useState } from 'react';
import { Button } from './button.tsx';

/** Puts a text on the clipboard and says so, or says why it could not. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(() => setOutcome('copied'))
      .catch(() => setOutcome('refused'));
  return (
    <>
      <Button onClick={() => (navigator.clipboard ? void copy() : setOutcome('refused'))} aria-label={label}>
        {outcome === 'copied' ? 'Copied' : 'Copy'}
      </Button>
      <span role="status" className="sr-only">
        {outcome === 'copied' && 'Copied'}
      </span>
      {outcome === 'refused' && (
        <span role="status" className="text-xs text-quiet">
          The browser does not allow it here: select the text and copy it.
        </span>
      )}
    </>
  );
}
