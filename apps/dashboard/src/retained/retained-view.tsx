'use client';

import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { SearchField } from '@/interface/search-field.tsx';
import { useSearchPart } from '@/interface/use-search-part.ts';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { DeleteRetained, DeleteRetainedMatching } from './delete-retained.tsx';
import { RetainedDialog } from './retained-dialog.tsx';
import { RetainedList } from './retained-list.tsx';
import { RetainedTree } from './retained-tree.tsx';

/** What one may do to a retained message, or to many. */
export interface RetainedActions {
  onShow: (topic: string) => void;
  /** null: nobody here may. */
  onDelete: ((topic: string) => void) | null;
  onDeleteMatching: ((topicFilter: string) => void) | null;
}

type Asked = { kind: 'show' | 'delete' | 'delete-matching'; what: string };

/** What every new subscription gets at once: as a tree, or what a topic filter matches. */
export function RetainedView() {
  const tenant = useTenant();
  const [filter, search] = useSearchPart('filter');
  const mayDelete = useMay(tenant, 'messages:publish');
  const [asked, setAsked] = useState<Asked>();
  const ask = (kind: Asked['kind']) => (what: string) => setAsked({ kind, what });
  const end = () => setAsked(undefined);
  const actions: RetainedActions = {
    onShow: ask('show'),
    onDelete: mayDelete ? ask('delete') : null,
    onDeleteMatching: mayDelete ? ask('delete-matching') : null,
  };
  return (
    <>
      <PageHeading about="The last message of a topic, which every new subscription gets at once.">
        Retained messages
      </PageHeading>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <SearchField label="Topic filter" value={filter} onSearch={search} />
        {filter !== '' && mayDelete && (
          <Button look="danger" onClick={() => actions.onDeleteMatching?.(filter)}>
            Delete what it matches
          </Button>
        )}
      </div>
      {filter === '' ? (
        <RetainedTree tenant={tenant} actions={actions} />
      ) : (
        <RetainedList tenant={tenant} topicFilter={filter} actions={actions} />
      )}
      {asked?.kind === 'show' && <RetainedDialog tenant={tenant} topic={asked.what} onClose={end} />}
      {asked?.kind === 'delete' && <DeleteRetained tenant={tenant} topic={asked.what} onEnd={end} />}
      {asked?.kind === 'delete-matching' && (
        <DeleteRetainedMatching tenant={tenant} topicFilter={asked.what} onEnd={end} />
      )}
    </>
  );
}
