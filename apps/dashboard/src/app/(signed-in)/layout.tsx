import { connection } from 'next/server';
import type { ReactNode } from 'react';
import { ConnectionStrip } from '@/api/connection-strip.tsx';
import { Toaster } from '@/interface/toaster.tsx';
import { LoginGate } from '@/people/login-gate.tsx';
import { Shell } from '@/shell/shell.tsx';

/** Rendered a request, not at build: pages read their address and this installation's ports. */
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  await connection();
  return (
    <>
      <LoginGate>
        <Shell>{children}</Shell>
      </LoginGate>
      <ConnectionStrip />
      <Toaster />
    </>
  );
}
