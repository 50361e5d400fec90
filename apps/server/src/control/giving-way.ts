import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setImmediate } from 'node:timers/promises';

/**
 * Devices are served by the same thread, and a request of the control plane is a millisecond or two of work: between
 * its steps it lets through what has come from them meanwhile.
 */
export function giveWay(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', () => setImmediate());
  fastify.addHook('preHandler', () => setImmediate());
  fastify.addHook('preSerialization', (_request, _reply, payload) => setImmediate(payload));
  fastify.addHook('onSend', (_request, _reply, payload) => setImmediate(payload));
}
