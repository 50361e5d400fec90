import { type ReactNode } from 'react';
import { EmptyNote } from './empty-note.tsx';
import { FailureNote } from './failure-note.tsx';
import { Skeleton } from './skeleton.tsx';

interface LoadStateProps<Data> {
  /** What is loaded, in words: "Members". */
  label: string;
  data: Data | undefined;
  error: Error | null;
  isEmpty?: (data: Data) => boolean;
  /** Why it is empty, and what fills it. */
  empty?: ReactNode;
  rows?: number;
  children: (data: Data) => ReactNode;
}

/** A view while it loads, when it failed, when there is nothing, and when there is something. */
export function LoadState<Data>({
  label,
  data,
  error,
  isEmpty,
  empty,
  rows,
  children,
}: LoadStateProps<Data>) {
  if (data === undefined)
    return error === null ? (
      <Skeleton label={`${label} on their way`} rows={rows} />
    ) : (
      <FailureNote error={error} />
    );
  if (isEmpty?.(data)) return <EmptyNote>{empty}</EmptyNote>;
  return children(data);
}
