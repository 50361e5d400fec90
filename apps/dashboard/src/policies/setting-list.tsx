import type { Policy } from '@restante/api-client';
import { settingName, settingValue } from './setting.ts';

/** All settings of a policy, each in its unit. */
export function SettingList({ settings }: { settings: Policy['settings'] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-12 text-[13px] md:grid-cols-2 xl:grid-cols-3">
      {Object.entries(settings).map(([field, value]) => (
        <div
          key={field}
          className="flex h-8 items-center justify-between border-b border-hairline"
          title={field}
        >
          <dt className="text-quiet">{settingName(field)}</dt>
          <dd>{settingValue(field, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
