import Link from 'next/link';

export default function NotFound() {
  return (
    <main className="mx-auto max-w-[1440px] px-6 py-16">
      <h1 className="text-xl font-semibold">There is no page at this address</h1>
      <p className="mt-2 text-quiet">
        <Link href="/tenants" className="door text-ink">
          All tenants
        </Link>
      </p>
    </main>
  );
}
