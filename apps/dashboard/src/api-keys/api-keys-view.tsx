'use client';

import type { IssuedApiKey } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/interface/button.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { PageHeading } from '@/interface/page-heading.tsx';
import { Pager } from '@/interface/pager.tsx';
import { ShownOnce } from '@/interface/shown-once.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { useMay } from '@/shell/permissions.ts';
import { useScope } from '@/tenants/use-tenant.ts';
import { ApiKeyTable } from './api-key-table.tsx';
import { apiKeysQuery } from './api-keys.ts';
import { CreateApiKeyForm } from './create-api-key-form.tsx';

const WORDS = {
  tenant: {
    about:
      "With a key a program uses the API for this tenant, as far as the key's role goes. Devices log in with credentials instead.",
    empty: 'No keys: no program uses the API for this tenant alone.',
  },
  platform: {
    about:
      'With a key of the platform a program may do everything in all tenants. For one tenant, make a key on its own page. RESTANTE_ADMIN_API_KEY is not listed.',
    empty: 'No keys of the platform.',
  },
};

/** Keys with which programs use the control plane: of one tenant, or of the whole platform. */
export function ApiKeysView() {
  const tenant = useScope();
  const { about, empty } = WORDS[tenant === null ? 'platform' : 'tenant'];
  const trail = useTrail();
  const { data, error } = useQuery(apiKeysQuery(tenant, trail.after));
  const [isCreating, setIsCreating] = useState(false);
  const [issued, setIssued] = useState<IssuedApiKey>();
  const mayChange = useMay(tenant, 'api-keys:write');
  const show = (key: IssuedApiKey) => {
    setIsCreating(false);
    setIssued(key);
  };
  return (
    <>
      <PageHeading
        about={about}
        actions={
          mayChange &&
          !isCreating && (
            <Button look="ink" onClick={() => setIsCreating(true)}>
              Create API key
            </Button>
          )
        }
      >
        {tenant === null ? 'Platform API keys' : 'API keys'}
      </PageHeading>
      {isCreating && (
        <CreateApiKeyForm tenant={tenant} onIssued={show} onCancel={() => setIsCreating(false)} />
      )}
      {issued !== undefined && (
        <Issued tenant={tenant} issued={issued} onClose={() => setIssued(undefined)} />
      )}
      <LoadState
        label="API keys"
        data={data}
        error={error}
        rows={3}
        isEmpty={({ items }) => items.length === 0}
        empty={empty}
      >
        {({ items }) => <ApiKeyTable tenant={tenant} keys={items} mayChange={mayChange} />}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
    </>
  );
}

interface IssuedProps {
  tenant: string | null;
  issued: IssuedApiKey;
  onClose: () => void;
}

function Issued({ tenant, issued: { name, role, secret }, onClose }: IssuedProps) {
  const path = tenant === null ? 'tenants' : `tenants/${encodeURIComponent(tenant)}/sessions`;
  const address = `${window.location.origin}/api/v1/${path}`;
  const line = `curl -H 'Authorization: Bearer ${secret}' ${address}`;
  return (
    <ShownOnce
      title={`API key ${name}, ${role}`}
      note="Shown now and never again. Only a hash of it is kept."
      values={[
        { name: 'Key', value: secret, testId: 'api-key-secret' },
        { name: 'Try it', value: line, testId: 'api-key-line' },
      ]}
      onClose={onClose}
    />
  );
}
