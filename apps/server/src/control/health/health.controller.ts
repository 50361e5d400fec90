import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller, Public } from '../access.ts';
import { OBSERVED } from '../providers.ts';
import { HealthView } from './health.dto.ts';
import { HealthService } from './health.service.ts';
import type { Observed } from './observed.ts';

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    @Inject(OBSERVED) private readonly observed: Observed,
    @Inject(HealthService) private readonly health: HealthService,
  ) {}

  @Get('healthz')
  @Public()
  @ApiOkResponse({ description: 'The process answers' })
  getHealth() {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Public()
  @ApiOkResponse({ description: 'Durable messages are accepted' })
  @ApiServiceUnavailableResponse({ description: 'They are not, and why' })
  getReadiness(@Res({ passthrough: true }) reply: FastifyReply) {
    const { status, body } = this.observed.readiness.answer();
    reply.status(status);
    return body;
  }

  @Get('api/v1/health')
  @ApiOkResponse({ type: HealthView, description: 'How the server does' })
  getPlatformHealth(@CurrentCaller() caller: Caller) {
    return this.health.ofPlatform(caller);
  }
}
