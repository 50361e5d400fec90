import { encodeForwardedProperties } from '@restante/mqtt-codec';
import { traceParentOf } from './trace-parent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

function propertiesWith(traceparent: string): Buffer {
  return encodeForwardedProperties({
    userProperties: [
      ['a', 'b'],
      ['traceparent', traceparent],
    ],
  });
}

test('a message names its trace by a user property', () => {
  expect(traceParentOf(propertiesWith(`00-${TRACE}-${SPAN}-01`))).toEqual({
    ...{ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true },
  });
  expect(traceParentOf(propertiesWith(`00-${TRACE}-${SPAN}-00`))?.traceFlags).toBe(0);
  expect(traceParentOf(propertiesWith(`01-${TRACE}-${SPAN}-01-more`))?.traceId).toBe(TRACE);
});

test.each([
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  '00-1-2-01',
  '',
])('"%s" names none', (traceparent) => {
  expect(traceParentOf(propertiesWith(traceparent))).toBeNull();
});

test('nor does a message without properties', () => {
  expect(traceParentOf(Buffer.alloc(0))).toBeNull();
});
