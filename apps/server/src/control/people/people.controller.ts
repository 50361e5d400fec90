import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Caller, CurrentCaller, Public, refuseForeignOrigin } from '../access.ts';
import { LoginBody, MeView } from './people.dto.ts';
import { PeopleService } from './people.service.ts';

@ApiTags('people')
@Controller('api/v1')
export class PeopleController {
  constructor(@Inject(PeopleService) private readonly people: PeopleService) {}

  @Post('login')
  @Public()
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'The login is in the cookie' })
  async login(
    @Body() body: LoginBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseForeignOrigin(request);
    reply.header('set-cookie', await this.people.login(body, request.ip));
  }

  @Post('logout')
  @HttpCode(204)
  @ApiNoContentResponse()
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    reply.header('set-cookie', await this.people.logout(request.headers.cookie));
  }

  @Get('me')
  @ApiOkResponse({ type: MeView })
  me(@CurrentCaller() { person, role }: Caller): MeView {
    return { email: person?.email ?? null, name: person?.name ?? null, role };
  }
}
