import type { Metadata } from 'next';
import { connection } from 'next/server';
import { Wordmark } from '@/interface/wordmark.tsx';
import { InvitationForm } from '@/people/invitation-form.tsx';

export const metadata: Metadata = { title: 'Invitation' };

/** Made anew for each request: a page that is kept could not carry the nonce that its scripts need (see proxy.ts). */
export default async function InvitationPage() {
  await connection();
  return (
    <main className="mx-auto flex min-h-screen w-full max-w-80 flex-col justify-center gap-6 px-4 pb-24">
      <div>
        <Wordmark />
        <h1 className="mt-6 text-xl font-semibold">You are invited</h1>
      </div>
      <InvitationForm />
    </main>
  );
}
