import type { Credential } from '@restante/api-client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatCount, formatCountOf } from '@/format/numbers.ts';
import { RelativeTime } from '@/interface/relative-time.tsx';

export function CredentialFacts({ tenant, credential }: { tenant: string; credential: Credential }) {
  const { username, mqttUsername, failedLogins, previousSecretUntil } = credential;
  return (
    <dl className="grid grid-cols-2 gap-x-6 border-y border-hairline text-[13px] tabular-nums md:grid-cols-4">
      <Fact name="MQTT user name">
        <span className="font-mono break-all">{mqttUsername}</span>
      </Fact>
      <Fact name="Sessions">
        <Link href={`/tenants/${tenant}/sessions?username=${encodeURIComponent(username)}`} className="door">
          Show its sessions
        </Link>
      </Fact>
      <Fact name="Last login">
        <Time iso={credential.lastSeenAt} />
      </Fact>
      <Fact name="Failed logins">
        <span className={failedLogins > 0 ? 'text-warning' : ''}>
          {formatCount(failedLogins)}
          {credential.lastFailedAt !== null && (
            <>
              , the last <Time iso={credential.lastFailedAt} />
            </>
          )}
        </span>
      </Fact>
      <Fact name="Created">
        <Time iso={credential.createdAt} />
      </Fact>
      <Fact name="Rotated">
        <Time iso={credential.rotatedAt} />
      </Fact>
      <Fact name="Previous secret">
        {previousSecretUntil === null ? (
          credential.rotatedAt === null ? (
            'none'
          ) : (
            'over'
          )
        ) : (
          <>
            is good too, ends <Time iso={previousSecretUntil} />
          </>
        )}
      </Fact>
      <Fact name="Expires">
        <Time iso={credential.expiresAt} />
      </Fact>
      <Fact name="Logs in by">{credential.loginMethods.join(', ') || 'nothing'}</Fact>
      {credential.loginMethods.includes('certificate') && (
        <Fact name="Certificates">
          {credential.certificateFingerprints.length > 0 ? (
            formatCountOf(credential.certificateFingerprints.length, 'pinned one')
          ) : (
            <>
              any for {username} of an{' '}
              <Link href={`/tenants/${tenant}/certificates`} className="door">
                authority
              </Link>
              , which also revokes it
            </>
          )}
        </Fact>
      )}
      {credential.loginMethods.includes('token') && (
        <Fact name="Tokens">
          any for {username} of an{' '}
          <Link href={`/tenants/${tenant}/token-issuers`} className="door">
            issuer
          </Link>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="py-2">
      <dt className="text-xs text-quiet">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Time({ iso }: { iso: string | null }) {
  return iso === null ? 'never' : <RelativeTime iso={iso} direction />;
}
