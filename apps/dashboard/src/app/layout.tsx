import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Providers } from '@/api/providers.tsx';
import { THEME_SCRIPT } from '@/interface/theme-script.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Restante', template: '%s · Restante' },
  description: 'MQTT sessions and their queues, tenant by tenant',
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <script suppressHydrationWarning dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
