import { jest } from '@jest/globals';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { RecordingBroker } from '../../testing/recording-broker.ts';
import { HttpListener } from './http.ts';
import { WebSocketListener } from './websocket.ts';

let listener: HttpListener;
let url: string;
/** The answer to the request that has come. */
let response: Promise<ServerResponse>;

beforeEach(async () => {
  // Deadlines come when a test says so; sockets keep their own time.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  let handle!: RequestListener;
  response = new Promise((resolve) => (handle = (_, response) => resolve(response)));
  listener = new HttpListener(
    handle,
    new Map([['/mqtt', new WebSocketListener(new RecordingBroker().asBroker)]]),
    null,
  );
  url = `http://127.0.0.1:${await listener.listen('127.0.0.1', 0)}/`;
});
afterEach(async () => {
  await listener.close();
  jest.useRealTimers();
});

test('closing waits for the answer that is under way', async () => {
  const answer = fetch(url);
  const { write, end } = bound(await response);
  write('all ');
  let isClosed = false;
  const closed = listener.close().then(() => (isClosed = true));
  const { body } = await answer;
  expect(isClosed).toBe(false);
  end('of it');
  expect(await new Response(body).text()).toBe('all of it');
  await closed;
});

test('but not for longer than 5 s', async () => {
  const answer = fetch(url);
  await response;
  let isClosed = false;
  const closed = listener.close().then(() => (isClosed = true));
  jest.advanceTimersByTime(4_999);
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  jest.advanceTimersByTime(1);
  await closed;
  await expect(answer).rejects.toThrow();
});

function bound(response: ServerResponse) {
  return {
    write: (text: string) => response.write(text),
    end: (text: string) => response.end(text),
  };
}

describe('what cannot be read as a request is answered with a problem detail', () => {
  test.each([
    ['GET / HTTP/1.1\r\nHost: a\r\nX: ' + 'x'.repeat(20_000), 431],
    ['hello\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 400],
  ])('%.20s', async (text, status) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(text);
    const [head, body] = (await buffer(socket)).toString().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code: `http-${status}`, detail: expect.any(String) });
  });
});
