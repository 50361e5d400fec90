import Link from 'next/link';
import { connection } from 'next/server';
import { type ReactNode } from 'react';
import { ConnectionStrip } from '@/api/connection-strip.tsx';
import { ThemeSwitch } from '@/interface/theme-switch.tsx';
import { Wordmark } from '@/interface/wordmark.tsx';
import { LoginGate } from '@/people/login-gate.tsx';
import { LogoutButton } from '@/people/logout-button.tsx';

/** Rendered a request, not at build: pages read their address and this installation's ports. */
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  await connection();
  return (
    <>
      <LoginGate>
        <header className="border-b border-hairline">
          <div className="mx-auto flex h-12 max-w-[1440px] items-center gap-8 px-6">
            <Link href="/tenants">
              <Wordmark />
            </Link>
            <nav aria-label="Main" className="flex-1 text-[13px]">
              <Link href="/tenants" className="door">
                Tenants
              </Link>
            </nav>
            <ThemeSwitch />
            <LogoutButton />
          </div>
        </header>
        <main className="mx-auto max-w-[1440px] px-6 pt-6 pb-24">{children}</main>
      </LoginGate>
      <ConnectionStrip />
    </>
  );
}
