import { Inject, Injectable } from '@nestjs/common';
import { Prisma, type PrismaClient } from '@restante/database';
import type { Caller } from '../access.ts';
import { generateSecret, hashSecret } from '../../secrets.ts';
import { AuditService } from '../audit/audit.service.ts';
import { type Change, recordChange } from '../audit/record-change.ts';
import { DomainError } from '../errors.ts';
import { type PageQuery, toPage } from '../paging.ts';
import { newPerson } from '../people/new-person.ts';
import { PeopleService } from '../people/people.service.ts';
import { isAtLeast, type Role } from '../permissions.ts';
import { PRISMA } from '../providers.ts';
import { TenantsAccess } from '../tenants/tenants-access.ts';
import type { AcceptInvitation, InvitationList, InvitationView, IssuedInvitation } from './members.dto.ts';

type Invitation = Prisma.InvitationGetPayload<object>;

const VALID_MS = 7 * 86_400_000;

/** How people come in: who may, makes an invitation, and hands its token on by whatever way they trust. */
@Injectable()
export class InvitationsService {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(TenantsAccess) private readonly access: TenantsAccess,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(PeopleService) private readonly people: PeopleService,
  ) {}

  /** @param slug - null: to administer the platform */
  async invite(
    caller: Caller,
    slug: string | null,
    { email, role }: { email: string; role: Role },
  ): Promise<IssuedInvitation> {
    const tenant = await this.access.scope(caller, slug, 'members:write');
    if (tenant !== null && !isAtLeast(tenant.role, role))
      throw new DomainError('not-permitted', `Nobody can be given a greater role than yours: ${tenant.role}`);
    const token = generateSecret();
    return this.prisma.$transaction(async (tx) => {
      const created = await tx.invitation.create({
        data: {
          tenantId: tenant?.id ?? null,
          email: email.toLowerCase(),
          role,
          tokenHash: hashSecret(token),
          invitedBy: caller.name,
          expiresAt: new Date(Date.now() + VALID_MS),
        },
      });
      const view = toView(created);
      await this.audit.record(
        caller,
        { tenant, action: 'member.invite', target: view.email, after: view },
        tx,
      );
      return { ...view, token };
    });
  }

  async list(caller: Caller, slug: string | null, { limit, after }: PageQuery): Promise<InvitationList> {
    const tenant = await this.access.scope(caller, slug, 'members:read');
    const where = {
      tenantId: tenant?.id ?? null,
      expiresAt: { gt: new Date() },
      id: after === undefined ? undefined : { gt: after },
    };
    const rows = await this.prisma.invitation.findMany({ where, orderBy: { id: 'asc' }, take: limit + 1 });
    return toPage(rows, limit, ({ id }) => id, toView);
  }

  async delete(caller: Caller, slug: string | null, id: string): Promise<void> {
    const tenant = await this.access.scope(caller, slug, 'members:write');
    const found = await this.prisma.invitation.findFirst({ where: { id, tenantId: tenant?.id ?? null } });
    if (found === null) throw new DomainError('invitation-not-found', 'There is no such invitation');
    await this.prisma.$transaction(async (tx) => {
      await tx.invitation.delete({ where: { id } });
      const change = { tenant, action: 'member.uninvite', target: found.email, before: toView(found) };
      await this.audit.record(caller, change, tx);
    });
  }

  /**
   * The person becomes what the invitation says: somebody new with this name and password, or, who has a login already,
   * as who they are logged in.
   */
  async accept(
    { token, name, password }: AcceptInvitation,
    cookie: string | undefined,
    remoteAddress: string,
  ) {
    const where = { tokenHash: hashSecret(token), expiresAt: { gt: new Date() } };
    const invitation = await this.prisma.invitation.findFirst({ where, include: { tenant: true } });
    if (invitation === null)
      throw new DomainError(
        'invitation-not-found',
        'The invitation is not known, was used, or its time is over',
      );
    const { email } = invitation;
    const present = await this.prisma.person.findUnique({ where: { email } });
    const loggedIn = await this.people.whoIs(cookie);
    if (present !== null && loggedIn?.id !== present.id)
      throw new DomainError('log-in-first', `Log in as ${email} first, then accept the invitation`);
    if (present === null && (name === undefined || password === undefined))
      throw new DomainError('invalid-request', 'A name and a password are needed');
    await this.prisma.$transaction(async (tx) => {
      // Whoever deletes it is the one who uses it.
      const { count } = await tx.invitation.deleteMany({ where: { id: invitation.id } });
      if (count === 0) throw new DomainError('invitation-not-found', 'The invitation was used');
      const personId = present?.id ?? (await join(tx, email, name!, password!));
      const roles = await takeIn(tx, invitation, personId);
      const actor = { kind: 'person', name: email, remoteAddress } as const;
      const change = { tenant: invitation.tenant, action: 'member.join', target: email };
      await recordChange(tx, actor, { ...change, ...roles });
    });
  }
}

async function join(
  tx: Prisma.TransactionClient,
  email: string,
  name: string,
  password: string,
): Promise<string> {
  const { id } = await tx.person.create({ data: await newPerson({ email, name, password }) });
  return id;
}

/** Nobody becomes less than they are by it. @returns what they were and are, for the audit */
async function takeIn(
  tx: Prisma.TransactionClient,
  { tenantId, role }: Invitation,
  personId: string,
): Promise<Pick<Change, 'before' | 'after'>> {
  if (tenantId === null) {
    await tx.person.update({ where: { id: personId }, data: { isPlatformAdmin: true } });
    return { after: { role } };
  }
  const where = { tenantId_personId: { tenantId, personId } };
  const present = await tx.member.findUnique({ where });
  if (present !== null && isAtLeast(present.role as Role, role as Role))
    return { before: { role: present.role }, after: { role: present.role } };
  await tx.member.upsert({ where, create: { tenantId, personId, role }, update: { role } });
  return { before: present && { role: present.role }, after: { role } };
}

function toView({ id, email, role, invitedBy, createdAt, expiresAt }: Invitation): InvitationView {
  return {
    ...{ id, email, role, invitedBy },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
