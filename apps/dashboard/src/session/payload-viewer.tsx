'use client';

import type { Message } from '@restante/api-client';
import { useState } from 'react';
import { formatBytes } from '@/format/numbers.ts';
import { CopyButton } from '@/interface/copy-button.tsx';
import { Segments } from '@/interface/segments.tsx';
import { hexDump, payloadBytes, payloadText, prettyJson } from './payload.ts';

type Form = 'Text' | 'JSON' | 'Hex';

/** A payload as text, as JSON or in hex, whichever it can be. */
export function PayloadViewer({ message }: { message: Message }) {
  const forms = formsOf(message);
  const [chosen, setChosen] = useState<Form>();
  const form = chosen !== undefined && chosen in forms ? chosen : (Object.keys(forms)[0] as Form | undefined);
  if (form === undefined)
    return <p className="text-[13px] text-quiet">The broker does not have it any more.</p>;
  const shown = forms[form] ?? '';
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-2">
        <Segments
          label="Payload as"
          value={form}
          options={Object.keys(forms) as Form[]}
          onChange={setChosen}
        />
        <CopyButton text={shown} label="Copy the payload" />
      </div>
      <pre
        tabIndex={0}
        aria-label="Payload"
        data-testid="payload"
        className="max-h-80 overflow-auto border border-hairline bg-paper p-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
      >
        {shown === '' ? <span className="text-quiet">empty</span> : shown}
      </pre>
      {message.isTruncated && (
        <p className="text-xs text-quiet">
          The beginning of {message.payloadBytes === null ? 'it' : formatBytes(message.payloadBytes)}.
        </p>
      )}
    </div>
  );
}

/** What it is best read as comes first. */
function formsOf(message: Message): Partial<Record<Form, string>> {
  const text = payloadText(message);
  const json = text === null ? null : prettyJson(text);
  const bytes = payloadBytes(message);
  return {
    ...(json === null ? {} : { JSON: json }),
    ...(text === null ? {} : { Text: text }),
    ...(bytes === null ? {} : { Hex: hexDump(bytes) }),
  };
}
