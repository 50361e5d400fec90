import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Carried, Public } from '../access.ts';
import { MetricsService } from './metrics.service.ts';

/** For Prometheus, and so not part of what REST and GraphQL have alike. The service asks who it is that reads. */
@ApiExcludeController()
@Controller()
export class MetricsController {
  constructor(@Inject(MetricsService) private readonly metrics: MetricsService) {}

  @Get('metrics')
  @Public()
  async getMetrics(@Req() request: Carried, @Res({ passthrough: true }) reply: FastifyReply) {
    const { contentType, text } = await this.metrics.scrape(request);
    reply.type(contentType);
    return text;
  }
}
