'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '@/shell/permissions.ts';
import { Button } from '@/interface/button.tsx';
import { Confirmation } from '@/interface/confirmation.tsx';
import { SectionHeading } from '@/interface/heading.tsx';
import { changeTenant, tenantQuery } from '@/tenants/tenants.ts';

const WORDS = {
  allow: 'What no rule is about is allowed: a credential without rules may use every topic of the tenant.',
  deny: 'What no rule is about is refused: a credential without rules may neither publish nor subscribe.',
};

/** What is decided where no rule is about a topic. */
export function AccessDefault({ tenant }: { tenant: string }) {
  const { data } = useQuery(tenantQuery(tenant));
  const mayChange = useMay(tenant, 'tenant:update');
  const [isAsking, setIsAsking] = useState(false);
  const queries = useQueryClient();
  const other = data?.accessDefault === 'allow' ? 'deny' : 'allow';
  const changing = useMutation({
    mutationFn: () => changeTenant(tenant, { accessDefault: other }),
    onSuccess: async () => {
      setIsAsking(false);
      await queries.invalidateQueries({ queryKey: ['tenant', tenant] });
    },
  });
  return (
    <section className="mb-8">
      <SectionHeading
        actions={
          mayChange &&
          data !== undefined && (
            <Button onClick={() => setIsAsking(true)}>
              {other === 'deny' ? 'Refuse by default' : 'Allow by default'}
            </Button>
          )
        }
      >
        The tenant&apos;s default
      </SectionHeading>
      <p className="min-h-5 max-w-prose text-[13px]" data-testid="access-default">
        {data !== undefined && WORDS[data.accessDefault]}
      </p>
      {isAsking && (
        <Confirmation
          title={other === 'deny' ? 'Refuse what no rule is about?' : 'Allow what no rule is about?'}
          action={other === 'deny' ? 'Refuse by default' : 'Allow by default'}
          isPending={changing.isPending}
          error={changing.error}
          onConfirm={() => changing.mutate()}
          onCancel={() => setIsAsking(false)}
        >
          <p>{WORDS[other]}</p>
          <p>It binds every credential of the tenant at once: connections are closed and log in anew.</p>
        </Confirmation>
      )}
    </section>
  );
}
