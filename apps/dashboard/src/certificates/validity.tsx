'use client';

import type { CertificateAuthority } from '@restante/api-client';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { useNow } from '@/interface/use-now.ts';

const SOON_MS = 30 * 86_400_000;

/** When a certificate is good, and whether somebody ought to see to it. */
export function Validity({ notBefore, notAfter }: Pick<CertificateAuthority, 'notBefore' | 'notAfter'>) {
  const now = useNow();
  if (now > 0 && Date.parse(notBefore) > now)
    return (
      <span className="text-warning">
        begins <RelativeTime iso={notBefore} direction />
      </span>
    );
  const leftMs = Date.parse(notAfter) - now;
  const look = now === 0 || leftMs > SOON_MS ? '' : leftMs > 0 ? 'text-warning' : 'text-accent';
  return (
    <span className={look}>
      {now > 0 && leftMs <= 0 ? 'ended ' : 'ends '}
      <RelativeTime iso={notAfter} direction />
    </span>
  );
}
