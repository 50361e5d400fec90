'use client';

import { ApiProblem, type TokenIssuer } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useParams } from 'next/navigation';
import { formatDuration } from '@/format/times.ts';
import { Fact, Facts } from '@/interface/facts.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useMay } from '@/shell/permissions.ts';
import { useTenant } from '@/tenants/use-tenant.ts';
import { IssuerActions } from './issuer-actions.tsx';
import { IssuerState } from './issuer-state.tsx';
import { issuerQuery, KEY_KINDS } from './issuers.ts';

/** One issuer of tokens, and what can be done to it. */
export function IssuerView() {
  const tenant = useTenant();
  const name = decodeURIComponent(useParams<{ name: string }>().name);
  const { data, error } = useQuery(issuerQuery(tenant, name));
  const mayChange = useMay(tenant, 'credentials:write');
  const isGone = error instanceof ApiProblem && error.code === 'issuer-not-found';
  return (
    <>
      <p className="mb-2 text-[13px] text-quiet">
        <Link href={`/tenants/${tenant}/token-issuers`} className="door">
          Token issuers
        </Link>
      </p>
      {isGone ? (
        <h1 className="text-xl font-semibold">
          There is no token issuer <span className="font-mono">{name}</span>
        </h1>
      ) : (
        <LoadState label="The issuer" data={data} error={error} rows={10}>
          {(issuer) => (
            <>
              <h1 className="mb-3 font-mono text-lg font-medium break-all">{issuer.name}</h1>
              {mayChange && <IssuerActions tenant={tenant} issuer={issuer} />}
              <IssuerFacts issuer={issuer} />
            </>
          )}
        </LoadState>
      )}
    </>
  );
}

function IssuerFacts({ issuer }: { issuer: TokenIssuer }) {
  const { audience, algorithms, keys, jwks, jwksUrl, usernameClaim, clientIdClaim } = issuer;
  return (
    <Facts>
      <Fact name="State">
        <IssuerState issuer={issuer} />
      </Fact>
      <Fact name="Issuer (iss)">
        <span className="font-mono">{issuer.issuer}</span>
      </Fact>
      <Fact name="Audience (aud)">
        <span className="font-mono">{audience}</span>
      </Fact>
      <Fact name="Credential">
        named by the claim <span className="font-mono">{usernameClaim}</span>
      </Fact>
      <Fact name="Client identifier">
        {clientIdClaim === null ? (
          'not told by the token'
        ) : (
          <>
            equals the claim <span className="font-mono">{clientIdClaim}</span>, where there is one
          </>
        )}
      </Fact>
      <Fact name="Lifetime">at most {formatDuration(issuer.maxLifetimeSeconds)}</Fact>
      <Fact name="Algorithms">{algorithms.join(', ')}</Fact>
      <Fact name="Keys">
        {jwksUrl === null ? KEY_KINDS[keys] : <span className="font-mono">{jwksUrl}</span>}
      </Fact>
      {jwks !== null && (
        <Fact name="Key set">
          <pre
            tabIndex={0}
            role="region"
            aria-label="Key set"
            className="max-h-80 overflow-auto border border-hairline p-2 font-mono text-xs"
          >
            {JSON.stringify(jwks, null, 2)}
          </pre>
        </Fact>
      )}
      <Fact name="Registered">
        <RelativeTime iso={issuer.createdAt} direction />
      </Fact>
    </Facts>
  );
}
