import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, Public, refuseForeignOrigin } from '../access.ts';
import { PageQuery } from '../paging.ts';
import { InvitationsService } from './invitations.service.ts';
import {
  AcceptInvitation,
  AdministratorList,
  InvitationList,
  InviteAdministrator,
  InviteMember,
  IssuedInvitation,
  MemberList,
  MemberView,
  UpdateMember,
} from './members.dto.ts';
import { MembersService } from './members.service.ts';

@ApiTags('members')
@Controller('api/v1')
export class MembersController {
  constructor(
    @Inject(MembersService) private readonly members: MembersService,
    @Inject(InvitationsService) private readonly invitations: InvitationsService,
  ) {}

  @Post('tenants/:tenant/members')
  @ApiCreatedResponse({ type: IssuedInvitation, description: 'Whoever shows the token becomes a member' })
  inviteMember(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Body() body: InviteMember) {
    return this.invitations.invite(caller, tenant, body);
  }

  @Get('tenants/:tenant/members')
  @ApiOkResponse({ type: MemberList })
  listMembers(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Query() query: PageQuery) {
    return this.members.list(caller, tenant, query);
  }

  @Patch('tenants/:tenant/members/:id')
  @ApiOkResponse({ type: MemberView })
  updateMember(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('id') id: string,
    @Body() body: UpdateMember,
  ) {
    return this.members.update(caller, tenant, id, body);
  }

  @Delete('tenants/:tenant/members/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteMember(@CurrentCaller() caller: Caller, @Param('tenant') tenant: string, @Param('id') id: string) {
    return this.members.delete(caller, tenant, id);
  }

  @Get('tenants/:tenant/invitations')
  @ApiOkResponse({ type: InvitationList })
  listInvitations(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Query() query: PageQuery,
  ) {
    return this.invitations.list(caller, tenant, query);
  }

  @Delete('tenants/:tenant/invitations/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteInvitation(
    @CurrentCaller() caller: Caller,
    @Param('tenant') tenant: string,
    @Param('id') id: string,
  ) {
    return this.invitations.delete(caller, tenant, id);
  }

  @Post('invitations/accept')
  @Public()
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Log in (again) to use what it gives' })
  acceptInvitation(@Body() body: AcceptInvitation, @Req() request: FastifyRequest) {
    refuseForeignOrigin(request);
    return this.invitations.accept(body, request.headers.cookie, request.ip);
  }

  @Post('administrators')
  @ApiCreatedResponse({
    type: IssuedInvitation,
    description: 'Whoever shows the token becomes an administrator',
  })
  inviteAdministrator(@CurrentCaller() caller: Caller, @Body() body: InviteAdministrator) {
    return this.invitations.invite(caller, null, { ...body, role: 'platform-admin' });
  }

  @Get('administrators')
  @ApiOkResponse({ type: AdministratorList })
  listAdministrators(@CurrentCaller() caller: Caller, @Query() query: PageQuery) {
    return this.members.listAdministrators(caller, query);
  }

  @Delete('administrators/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deleteAdministrator(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    return this.members.deleteAdministrator(caller, id);
  }

  @Get('invitations')
  @ApiOkResponse({ type: InvitationList, description: 'Of administrators' })
  listPlatformInvitations(@CurrentCaller() caller: Caller, @Query() query: PageQuery) {
    return this.invitations.list(caller, null, query);
  }

  @Delete('invitations/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  deletePlatformInvitation(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    return this.invitations.delete(caller, null, id);
  }
}
