import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { giveWay } from '@restante/broker';

/** Between the steps of a request messages pass. What lasts longer within them gives way by itself. */
export function giveWayBetweenSteps(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', giveWay);
  fastify.addHook('preHandler', giveWay);
  fastify.addHook('preSerialization', passOn);
  fastify.addHook('onSend', passOn);
}

async function passOn<Payload>(_request: unknown, _reply: unknown, payload: Payload): Promise<Payload> {
  await giveWay();
  return payload;
}
