'use client';

import type { Member } from '@restante/api-client';
import { useState } from 'react';
import { ConfirmedChange } from '@/api/confirmed-change.tsx';
import { useChange } from '@/api/use-change.ts';
import { FailureNote } from '@/interface/failure-note.tsx';
import { RelativeTime } from '@/interface/relative-time.tsx';
import { ActionsHead, RowAction, RowActions, WideTable } from '@/interface/wide-table.tsx';
import { giveRole, removeMember, staleAfter } from './members.ts';
import { type Role, ROLES } from './roles.ts';

interface MemberTableProps {
  tenant: string;
  members: Member[];
  mayChange: boolean;
}

export function MemberTable({ tenant, members, mayChange }: MemberTableProps) {
  const [removed, setRemoved] = useState<Member>();
  const giving = useChange({
    run: ({ id, role }: { id: string; role: Role }) => giveRole(tenant, id, role),
    stale: staleAfter(tenant),
    told: ({ email, role }) => `${email} is ${role} now`,
  });
  return (
    <>
      <FailureNote error={giving.error} />
      <WideTable label="Members">
        <thead>
          <tr>
            <th>Name</th>
            <th>E-mail</th>
            <th className="w-40">Role</th>
            <th className="figure w-32">Member since</th>
            <ActionsHead width="w-28" />
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.id} data-testid="member">
              <td title={member.name}>{member.name}</td>
              <td title={member.email}>{member.email}</td>
              <td>
                {mayChange ? (
                  <RoleChoice
                    member={asGiven(member, giving.isPending ? giving.variables : undefined)}
                    isDisabled={giving.isPending}
                    onChoose={(role) => giving.mutate({ id: member.id, role })}
                  />
                ) : (
                  member.role
                )}
              </td>
              <td className="figure text-quiet">
                <RelativeTime iso={member.since} direction />
              </td>
              <RowActions>
                {mayChange && <RowAction name="Remove" to={member.email} onAct={() => setRemoved(member)} />}
              </RowActions>
            </tr>
          ))}
        </tbody>
      </WideTable>
      {removed !== undefined && (
        <ConfirmedChange
          title={`Remove ${removed.email}`}
          action="Remove member"
          run={() => removeMember(tenant, removed.id)}
          stale={staleAfter(tenant)}
          told={() => `${removed.email} was removed`}
          onEnd={() => setRemoved(undefined)}
        >
          <p>{`${removed.name} loses access to this tenant at once, as ${removed.role}. The login itself stays, and so does what it may in other tenants.`}</p>
        </ConfirmedChange>
      )}
    </>
  );
}

/** The role that is being given is shown at once; if the server refuses, the one before again. */
function asGiven(member: Member, given: { id: string; role: Role } | undefined): Member {
  return given?.id === member.id ? { ...member, role: given.role } : member;
}

interface RoleChoiceProps {
  member: Member;
  isDisabled: boolean;
  onChoose: (role: Role) => void;
}

function RoleChoice({ member: { email, role }, isDisabled, onChoose }: RoleChoiceProps) {
  return (
    <select
      aria-label={`Role of ${email}`}
      value={role}
      disabled={isDisabled}
      onChange={({ target }) => onChoose(target.value as Role)}
      className="h-6 rounded-xs border border-frame bg-raised px-1"
    >
      {ROLES.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}
