'use client';

import { ApiProblem, type Credential, type IssuedCredential } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useParams, useRouter } from 'next/navigation';
import { useState } from 'react';
import { RuleList } from '@/access/rule-list.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { CredentialActions } from './credential-actions.tsx';
import { CredentialFacts } from './credential-facts.tsx';
import { CredentialSettings } from './credential-settings.tsx';
import { CredentialState } from './credential-state.tsx';
import { credentialQuery } from './credentials.ts';
import { IssuedSecret } from './issued-secret.tsx';
import { loginOf } from './login-of.ts';
import { SnippetViewer } from './snippet-viewer.tsx';

export function CredentialView({ mqttPort }: { mqttPort: number }) {
  const tenant = useTenant();
  const username = decodeURIComponent(useParams<{ username: string }>().username);
  const { data, error } = useQuery(credentialQuery(tenant, username));
  const isGone = error instanceof ApiProblem && error.code === 'credential-not-found';
  return (
    <>
      <p className="mb-2 text-[13px] text-quiet">
        <Link href={`/tenants/${tenant}/credentials`} className="door">
          Credentials
        </Link>
      </p>
      {isGone ? (
        <h1 className="text-xl font-semibold">
          There is no credential <span className="font-mono">{username}</span>
        </h1>
      ) : (
        <LoadState label="The credential" data={data} error={error} rows={12}>
          {(credential) => <Known tenant={tenant} credential={credential} mqttPort={mqttPort} />}
        </LoadState>
      )}
    </>
  );
}

interface KnownProps {
  tenant: string;
  credential: Credential;
  mqttPort: number;
}

function Known({ tenant, credential, mqttPort }: KnownProps) {
  const mayWrite = useMay(tenant, 'credentials:write');
  const router = useRouter();
  const [issued, setIssued] = useState<IssuedCredential>();
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <div className="flex min-w-0 items-baseline gap-4 text-[13px]">
          <h1 className="truncate font-mono text-lg font-medium">{credential.username}</h1>
          <CredentialState credential={credential} />
        </div>
        {mayWrite && (
          <CredentialActions
            tenant={tenant}
            credential={credential}
            onIssued={setIssued}
            onDeleted={() => router.push(`/tenants/${tenant}/credentials`)}
          />
        )}
      </div>
      {issued !== undefined && (
        <IssuedSecret issued={issued} mqttPort={mqttPort} onClose={() => setIssued(undefined)} />
      )}
      <CredentialFacts tenant={tenant} credential={credential} />
      <section>
        <SectionHeading>{mayWrite ? 'Settings' : 'Its own access rules'}</SectionHeading>
        {mayWrite ? (
          <CredentialSettings tenant={tenant} credential={credential} />
        ) : (
          <RuleList label="Its own access rules" rules={credential.acl ?? []} />
        )}
      </section>
      <section>
        <SectionHeading>Connect</SectionHeading>
        <p className="mb-2 text-[13px] text-quiet">
          The secret takes the place of SECRET; it is shown only when it is issued or rotated.
        </p>
        <SnippetViewer login={loginOf(credential, mqttPort, 'SECRET')} />
      </section>
    </div>
  );
}
