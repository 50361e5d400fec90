import type { Metadata } from 'next';
import { Wordmark } from '@/interface/wordmark.tsx';
import { pageAfterLogin } from '@/people/login-address.ts';
import { LoginForm } from '@/people/login-form.tsx';

export const metadata: Metadata = { title: 'Log in' };

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[] }>;
}) {
  const { next } = await searchParams;
  return (
    <main className="mx-auto flex min-h-screen w-full max-w-80 flex-col justify-center gap-8 px-4 pb-24">
      <h1>
        <Wordmark />
      </h1>
      <LoginForm next={pageAfterLogin(next)} />
    </main>
  );
}
