'use client';

import { useId, useState } from 'react';
import { Labelled } from './field.tsx';

interface FileTextFieldProps {
  label: string;
  hint?: string;
  error?: string;
  value: string;
  placeholder?: string;
  /** Files to choose from: ".pem,.crt". */
  accept: string;
  /** What stands in a file, as text. */
  read: (bytes: Uint8Array) => string;
  onChange: (text: string) => void;
}

/** More than anything here may be. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A text that is pasted, or read from a file. */
export function FileTextField(props: FileTextFieldProps) {
  const { label, hint, value, placeholder, accept, read, onChange } = props;
  const id = useId();
  const [isTooLarge, setIsTooLarge] = useState(false);
  const error = isTooLarge ? 'The file is larger than anything that belongs here' : props.error;
  const load = async (file: File | undefined) => {
    if (file === undefined) return;
    setIsTooLarge(file.size > MOST_BYTES);
    if (file.size <= MOST_BYTES) onChange(read(new Uint8Array(await file.arrayBuffer())));
  };
  return (
    <div className="w-full max-w-3xl">
      <Labelled id={id} label={label} hint={hint} error={error}>
        <textarea
          id={id}
          value={value}
          placeholder={placeholder}
          rows={6}
          spellCheck={false}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-told`}
          onChange={({ target }) => {
            setIsTooLarge(false);
            onChange(target.value);
          }}
          className={`w-full rounded-xs border bg-raised p-2 font-mono text-xs placeholder:text-quiet ${error === undefined ? 'border-frame' : 'border-accent'}`}
        />
        <input
          type="file"
          accept={accept}
          aria-label={`${label}: file`}
          onChange={({ target }) => void load(target.files?.[0])}
          className="h-8 max-w-full text-[13px] text-quiet file:mr-2 file:h-8 file:rounded-xs file:border file:border-frame file:bg-raised file:px-3 file:text-ink"
        />
      </Labelled>
    </div>
  );
}
