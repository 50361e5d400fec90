'use client';

import type { CertificateAuthority, RevokedCertificate } from '@restante/api-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { Button } from '@/interface/button.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { LoadState } from '@/interface/load-state.tsx';
import { Pager } from '@/interface/pager.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useTrail } from '@/interface/use-trail.ts';
import { ActionsHead, RowAction, RowActions, WideTable } from '@/interface/wide-table.tsx';
import { restoreCertificate, revokedQuery, staleAfter } from './authorities.ts';
import { RevocationListForm } from './revocation-list-form.tsx';
import { RevokeForm } from './revoke-form.tsx';

interface RevocationSectionProps {
  tenant: string;
  authority: CertificateAuthority;
  mayChange: boolean;
}

/** Certificates that are good no longer, by the authority's list or by hand. */
export function RevocationSection({ tenant, authority: { name }, mayChange }: RevocationSectionProps) {
  const trail = useTrail();
  const { data, error } = useQuery(revokedQuery(tenant, name, trail.after));
  const [doing, setDoing] = useState<'list' | 'revoke'>();
  const [restored, setRestored] = useState<RevokedCertificate>();
  const onEnd = () => setDoing(undefined);
  return (
    <section aria-label="Revoked certificates">
      <SectionHeading
        actions={
          mayChange &&
          doing === undefined && (
            <span className="flex flex-wrap justify-end gap-2">
              <Button onClick={() => setDoing('list')}>Upload list</Button>
              <Button onClick={() => setDoing('revoke')}>Revoke by hand</Button>
            </span>
          )
        }
      >
        Revoked
      </SectionHeading>
      {doing === 'list' && <RevocationListForm tenant={tenant} name={name} onEnd={onEnd} />}
      {doing === 'revoke' && <RevokeForm tenant={tenant} name={name} onEnd={onEnd} />}
      <LoadState
        label="Revoked certificates"
        data={data}
        error={error}
        rows={2}
        isEmpty={({ items }) => items.length === 0}
        empty="Nothing it has issued is revoked."
      >
        {({ items }) => (
          <WideTable label="Revoked certificates" width="min-w-[560px]">
            <thead>
              <tr>
                <th>Serial number</th>
                <th className="w-32">Revoked by</th>
                <th className="figure w-28">Revoked</th>
                <ActionsHead width="w-28" />
              </tr>
            </thead>
            <tbody>
              {items.map((revoked) => (
                <tr key={`${revoked.serialNumber} ${revoked.byCrl}`} data-testid="revoked">
                  <td className="font-mono" title={revoked.serialNumber}>
                    {revoked.serialNumber}
                  </td>
                  <td>{revoked.byCrl ? 'the list' : 'hand'}</td>
                  <td className="figure text-quiet">
                    <RelativeTime iso={revoked.revokedAt} direction />
                  </td>
                  <RowActions>
                    {mayChange && !revoked.byCrl && (
                      <RowAction
                        name="Take back"
                        to={revoked.serialNumber}
                        onAct={() => setRestored(revoked)}
                      />
                    )}
                  </RowActions>
                </tr>
              ))}
            </tbody>
          </WideTable>
        )}
      </LoadState>
      {data !== undefined && <Pager trail={trail} next={data.next} />}
      {restored !== undefined && (
        <ConfirmedChange
          title={`Take the revocation of ${restored.serialNumber} back`}
          action="Take back"
          run={() => restoreCertificate(tenant, name, restored.serialNumber)}
          stale={staleAfter(tenant)}
          told={() => 'The revocation was taken back'}
          onEnd={() => setRestored(undefined)}
        >
          <p>The certificate lets its device in again, unless the authority&apos;s list has it too.</p>
        </ConfirmedChange>
      )}
    </section>
  );
}
