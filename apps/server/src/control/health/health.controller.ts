import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { type Broker } from '@restante/broker';
import { type FastifyReply } from 'fastify';
import { Public } from '../access.ts';
import { HEALTH } from '../providers.ts';

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(@Inject(HEALTH) private readonly broker: Pick<Broker, 'health'>) {}

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
    const checks = this.broker.health();
    const isReady = Object.values(checks).every(({ ok }) => ok);
    reply.status(isReady ? 200 : 503);
    return { status: isReady ? 'ready' : 'not ready', checks };
  }
}
