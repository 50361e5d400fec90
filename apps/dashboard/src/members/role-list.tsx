import { ROLES } from './roles.ts';

/** What each role may do, in words. */
export function RoleList() {
  return (
    <dl className="grid max-w-4xl grid-cols-[80px_minmax(0,1fr)] gap-x-4 gap-y-1 text-[13px]">
      {ROLES.map(({ name, may }) => (
        <div key={name} className="contents">
          <dt className="font-medium">{name}</dt>
          <dd className="text-quiet">{may}</dd>
        </div>
      ))}
    </dl>
  );
}
