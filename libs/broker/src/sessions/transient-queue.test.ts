import fc from 'fast-check';
import { aMessage } from '../../testing/messages.ts';
import { type Delivery, TransientQueue } from './transient-queue.ts';

function aDelivery(size: number): Delivery {
  const message = aMessage({ payload: Buffer.alloc(size) });
  return { message, qos: 1, retain: false, subscriptionIdentifiers: undefined };
}

test('first in, first out, with its length and bytes right after each step', () => {
  // Numbers are pushes of that size, null takes one out.
  const steps = fc.array(fc.option(fc.nat(50), { freq: 2 }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (sizes) => {
      const queue = new TransientQueue();
      const model: Delivery[] = [];
      for (const size of sizes) {
        if (size === null) {
          expect(queue.shift()).toBe(model.shift());
        } else {
          const delivery = aDelivery(size);
          queue.push(delivery);
          model.push(delivery);
        }
        expect(queue.length).toBe(model.length);
        expect(queue.bytes).toBe(model.reduce((sum, { message }) => sum + message.size, 0));
      }
    }),
  );
});

test('keeps its order over thousands of messages that pass through it', () => {
  const queue = new TransientQueue();
  const deliveries = Array.from({ length: 5_000 }, () => aDelivery(1));
  const taken: (Delivery | undefined)[] = [];
  for (const [index, delivery] of deliveries.entries()) {
    queue.push(delivery);
    if (index % 3 > 0) taken.push(queue.shift());
  }
  while (queue.length > 0) taken.push(queue.shift());
  expect(taken).toEqual(deliveries);
  expect(queue.bytes).toBe(0);
});
