'use client';

import { Dialog } from '@/interface/dialog.tsx';
import { Key } from '@/interface/key.tsx';
import { SHORTCUTS } from '@/interface/shortcuts.ts';
import { usePlaces } from './use-places.ts';

/** All keys, on `?`. */
export function KeysSheet({ onClose }: { onClose: () => void }) {
  const { tenant, platform } = usePlaces();
  const goes = [...tenant, ...platform].flatMap(({ page }) =>
    page.key === undefined ? [] : [{ keys: [`g ${page.key}`], does: `Go to ${page.name}` }],
  );
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl className="mt-3 grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-1 text-[13px]">
        {[...SHORTCUTS, ...goes].map(({ keys, does }) => (
          <div
            key={does}
            className="col-span-2 grid grid-cols-subgrid items-center border-b border-hairline py-1"
          >
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
