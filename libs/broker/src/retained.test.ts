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

test('each level tells what is below it', () => {
  const step = fc.record({ topic: aTopic, isRemoval: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.option(aTopic), (steps, parent) => {
      const retained = new RetainedMessages();
      const topics = new Set<string>();
      for (const { topic, isRemoval } of steps) {
        if (isRemoval) {
          retained.delete(topic);
          topics.delete(topic);
        } else {
          retained.set(aMessage({ topic }));
          topics.add(topic);
        }
      }
      const prefix = parent === null ? '' : `${parent}/`;
      const rests = [...topics]
        .filter((topic) => topic.startsWith(prefix))
        .map((topic) => topic.slice(prefix.length));
      const expected = new Map<string, { name: string; hasMessage: boolean; topicsBelow: number }>();
      for (const rest of rests) {
        const [name, ...further] = rest.split('/');
        const level = expected.get(name) ?? { name, hasMessage: false, topicsBelow: 0 };
        if (further.length === 0) level.hasMessage = true;
        else level.topicsBelow++;
        expected.set(name, level);
      }
      const found = [...retained.below(parent)];
      expect(new Map(found.map((level) => [level.name, level]))).toEqual(expected);
      expect(found).toHaveLength(expected.size);
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
