import { matches } from '@restante/mqtt-codec';
import fc from 'fast-check';
import { aMessage } from '../testing/messages.ts';
import { aTopic, aTopicFilter } from '../testing/topics.ts';
import { RetainedMessages } from './retained.ts';

test('gives each new subscription the messages of exactly the topics it matches', () => {
  const step = fc.record({ topic: aTopic, isRemoval: fc.boolean(), size: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), aTopicFilter, (steps, topicFilter) => {
      const retained = new RetainedMessages();
      const model = new Map<string, ReturnType<typeof aMessage>>();
      for (const { topic, isRemoval, size } of steps) {
        if (isRemoval) {
          expect(retained.delete(topic)).toBe(model.delete(topic));
        } else {
          const message = aMessage({ topic, payload: Buffer.alloc(size) });
          retained.set(message);
          model.set(topic, message);
        }
        expect(retained.count).toBe(model.size);
        expect(retained.bytes).toBe([...model.values()].reduce((sum, { size }) => sum + size, 0));
      }
      const found = new Set(retained.match(topicFilter, 0));
      expect(found).toEqual(new Set([...model.values()].filter(({ topic }) => matches(topicFilter, topic))));
    }),
  );
});

test('an expired message is not given, and is found for removal', () => {
  const retained = new RetainedMessages();
  retained.set(aMessage({ topic: 'a', expiresAt: 100 }));
  retained.set(aMessage({ topic: 'b', expiresAt: 101 }));
  retained.set(aMessage({ topic: 'c' }));
  const left = [...retained.match('#', 100)].map(({ topic }) => topic);
  expect(left).toEqual(['b', 'c']);
  expect(retained.expired(100, 10)).toEqual(['a']);
  expect(retained.expired(200, 1)).toHaveLength(1);
});
