import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { giveWayBetweenSteps } from './giving-way.ts';

/** Iterations of the event loop. */
let iterations = 0;
let handledAt = 0;

@Controller()
class Hello {
  @Get('/hello')
  hello() {
    handledAt = iterations;
    return { hello: 'world' };
  }
}

@Module({ controllers: [Hello] })
class HelloModule {}

test('others have their turn before a request is handled, and before it is answered', async () => {
  const app = await NestFactory.create<NestFastifyApplication>(HelloModule, new FastifyAdapter(), {
    logger: false,
  });
  giveWayBetweenSteps(app);
  await app.init();
  let counting = setImmediate(function count() {
    iterations++;
    counting = setImmediate(count);
  });
  iterations = 0;
  const answer = await app.inject({ url: '/hello' });
  const answeredAt = iterations;
  clearImmediate(counting);
  expect(answer.json()).toEqual({ hello: 'world' });
  // Each of two steps takes an iteration and what is left of the one it begins in.
  expect(handledAt).toBeGreaterThanOrEqual(3);
  expect(answeredAt - handledAt).toBeGreaterThanOrEqual(3);
  await app.close();
});
