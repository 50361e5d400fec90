import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, Public, refuseForeignOrigin } from '../access.ts';
import {
  ChangePassword,
  ConfirmTwoFactor,
  LoginBody,
  LoginResult,
  MeView,
  OwnLoginList,
  PasswordBody,
  TwoFactorLogin,
  TwoFactorSetup,
} from './people.dto.ts';
import { type Answer, type Browser, PeopleService } from './people.service.ts';

/** Logins are cookies: what concerns them is said in headers, which GraphQL has no part in. */
@ApiTags('people')
@Controller('api/v1')
export class PeopleController {
  constructor(@Inject(PeopleService) private readonly people: PeopleService) {}

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOkResponse({ type: LoginResult, description: 'The login is in the cookie' })
  async login(
    @Body() body: LoginBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginResult> {
    refuseForeignOrigin(request);
    return withCookies(request, reply, await this.people.login(body, seenFrom(request)));
  }

  @Post('login/two-factor')
  @Public()
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The login is in the cookie' })
  async loginTwoFactor(
    @Body() body: TwoFactorLogin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseForeignOrigin(request);
    withCookies(
      request,
      reply,
      await this.people.loginTwoFactor(body, request.headers.cookie, seenFrom(request)),
    );
  }

  @Post('logout')
  @HttpCode(204)
  @ApiNoContentResponse()
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    withCookies(request, reply, await this.people.logout(request.headers.cookie));
  }

  @Get('me')
  @ApiOkResponse({ type: MeView })
  getMe(@CurrentCaller() { person, isPlatformAdmin }: Caller): MeView {
    const { email = null, name = null, hasTwoFactor = false } = person ?? {};
    return { email, name, isPlatformAdmin, hasTwoFactor };
  }

  @Post('me/password')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'All other logins of the person are over' })
  async changePassword(
    @CurrentCaller() caller: Caller,
    @Body() body: ChangePassword,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    withCookies(request, reply, await this.people.changePassword(caller, body, request.headers.cookie));
  }

  @Get('me/logins')
  @ApiOkResponse({ type: OwnLoginList, description: 'Where the person is logged in' })
  listLogins(@CurrentCaller() caller: Caller) {
    return this.people.listLogins(caller);
  }

  @Delete('me/logins/:id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'It is over at once' })
  deleteLogin(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    return this.people.deleteLogin(caller, id);
  }

  @Post('me/two-factor')
  @ApiCreatedResponse({ type: TwoFactorSetup, description: 'In force once it is confirmed with a code' })
  async setUpTwoFactor(
    @CurrentCaller() caller: Caller,
    @Body() body: PasswordBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TwoFactorSetup> {
    return withCookies(
      request,
      reply,
      await this.people.setUpTwoFactor(caller, body, request.headers.cookie),
    );
  }

  @Post('me/two-factor/confirm')
  @HttpCode(204)
  @ApiNoContentResponse()
  async confirmTwoFactor(
    @CurrentCaller() caller: Caller,
    @Body() body: ConfirmTwoFactor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    withCookies(request, reply, await this.people.confirmTwoFactor(caller, body, request.headers.cookie));
  }

  @Post('me/two-factor/disable')
  @HttpCode(204)
  @ApiNoContentResponse()
  async disableTwoFactor(
    @CurrentCaller() caller: Caller,
    @Body() body: PasswordBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    withCookies(request, reply, await this.people.disableTwoFactor(caller, body, request.headers.cookie));
  }
}

function seenFrom({ ip: remoteAddress, headers }: FastifyRequest): Browser {
  return { remoteAddress, userAgent: headers['user-agent'] };
}

/** Cookies given over HTTPS, this server's own or that of a proxy on this machine, come back over HTTPS alone. */
function withCookies<Result>(
  { protocol }: FastifyRequest,
  reply: FastifyReply,
  { cookies, result }: Answer<Result>,
): Result {
  const kept = protocol === 'https' ? cookies.map((cookie) => `${cookie}; Secure`) : cookies;
  if (kept.length > 0) reply.header('set-cookie', kept);
  return result;
}
