'use client';

import { type ReactNode, useState } from 'react';
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
  const failure = useLastFailure(data, error);
  if (data === undefined)
    return failure === null ? (
      <Skeleton label={`${label} on their way`} rows={rows} />
    ) : (
      <FailureNote error={failure} />
    );
  if (isEmpty?.(data)) return <EmptyNote>{empty}</EmptyNote>;
  return children(data);
}

/** Why nothing is there yet: what failed stays said while it is tried again, which takes its error away. */
function useLastFailure(data: unknown, error: Error | null): Error | null {
  const [last, setLast] = useState(error);
  const failure = data === undefined ? (error ?? last) : null;
  if (failure !== last) setLast(failure);
  return failure;
}
