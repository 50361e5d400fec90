'use client';

import type { IssuedInvitation } from '@restante/api-client';
import { ShownOnce } from '@/interface/shown-once.tsx';
import { invitationAddress } from '@/people/invitation-address.ts';

interface InvitedProps {
  issued: IssuedInvitation;
  onClose: () => void;
}

/** The link to hand on to whoever is invited. */
export function Invited({ issued: { email, role, token }, onClose }: InvitedProps) {
  return (
    <ShownOnce
      title={`Invitation of ${email} as ${role}`}
      note="Shown now and never again. Send the link by a way you trust: whoever opens it in the next seven days gets in, once."
      values={[
        { name: 'Link', value: invitationAddress(window.location.origin, token), testId: 'invitation-link' },
      ]}
      onClose={onClose}
    />
  );
}
