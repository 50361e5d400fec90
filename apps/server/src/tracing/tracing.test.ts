import 'reflect-metadata';
import { once as onceEvent } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { once, type RunningServer, startServer } from '../../testing/running-server.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PUBLISHER_SPAN = '00f067aa0ba902b7';

interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}

/** A collector of OTLP over HTTP, as far as it takes spans. */
class Collector {
  readonly spans: ReceivedSpan[] = [];
  readonly services = new Set<string | undefined>();
  text = '';
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.take(Buffer.concat(chunks).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await onceEvent(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private take(body: string): void {
    this.text += body;
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      const { attributes } = resource as Pick<ReceivedSpan, 'attributes'>;
      this.services.add(attributes.find(({ key }) => key === 'service.name')?.value.stringValue);
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
  }

  /** The only span of a name, of a client if that is given. */
  one(name: string, client?: string): ReceivedSpan {
    const found = this.spans.filter(
      (span) =>
        span.name === name && (client === undefined || attribute(span, 'messaging.client.id') === client),
    );
    expect([name, client, found.length]).toEqual([name, client, 1]);
    return found[0];
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

function attribute({ attributes }: ReceivedSpan, name: string): string | number | undefined {
  const value = attributes.find(({ key }) => key === name)?.value;
  return value?.stringValue ?? value?.intValue;
}

let collector: Collector;
let server: RunningServer;
let password: string;

async function start(ratio: string): Promise<void> {
  server = await startServer({ RESTANTE_TRACE_RATIO: ratio });
  await server.api('POST', '/tenants', { slug: 'acme' });
  ({ password } = (await server.api('POST', '/tenants/acme/credentials', { username: 'device' })).body);
}

function connect(clientId: string) {
  const properties = { sessionExpiryInterval: 600 };
  return server.connect('acme:device', password, { clientId, protocolVersion: 5, clean: false, properties });
}

beforeEach(async () => {
  collector = new Collector();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = await collector.start();
});
afterEach(() => {
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  collector.stop();
});

test('a message is followed from PUBLISH to PUBACK in the trace that its publisher began, also out of a queue', async () => {
  await start('0.000001');
  const absent = await connect('absent');
  await absent.subscribeAsync('traced', { qos: 1 });
  await absent.endAsync();
  const present = await connect('present');
  await present.subscribeAsync('traced', { qos: 1 });
  const publisher = await connect('publisher');
  const arrived = once(present, 'message');
  const userProperties = { traceparent: `00-${TRACE}-${PUBLISHER_SPAN}-01` };
  await publisher.publishAsync('traced', 'not for collectors', { qos: 1, properties: { userProperties } });
  await publisher.publishAsync('untraced', 'x', { qos: 1 });
  const [, , packet] = (await arrived) as [unknown, unknown, { properties: { userProperties: object } }];
  expect({ ...packet.properties.userProperties }).toEqual(userProperties);
  await present.endAsync();
  const returned = await connect('absent');
  await once(returned, 'message');
  await returned.endAsync();
  await server.stop();

  const publish = collector.one('publish');
  expect([publish.traceId, publish.parentSpanId]).toEqual([TRACE, PUBLISHER_SPAN]);
  expect(attribute(publish, 'messaging.client.id')).toBe('publisher');
  expect(attribute(publish, 'messaging.destination.name')).toBe('traced');
  for (const name of ['route', 'commit']) expect(collector.one(name).parentSpanId).toBe(publish.spanId);
  const waits = ({ startTimeUnixNano, endTimeUnixNano }: ReceivedSpan) =>
    Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano));
  for (const client of ['present', 'absent']) {
    const deliver = collector.one('deliver', client);
    expect(deliver.traceId).toBe(TRACE);
    const puback = collector.spans.find(
      ({ name, parentSpanId }) => name === 'puback' && parentSpanId === deliver.spanId,
    );
    expect(puback?.traceId).toBe(TRACE);
  }
  expect(waits(collector.one('deliver', 'absent'))).toBeGreaterThan(
    waits(collector.one('deliver', 'present')),
  );
  expect(collector.services).toEqual(new Set(['restante']));
  expect(collector.text).not.toContain('not for collectors');
}, 30_000);

test('of messages that name no trace a share is followed; with none, nothing is sent', async () => {
  await start('1');
  const publisher = await connect('publisher');
  await publisher.publishAsync('any', 'x', { qos: 0 });
  // Its answer comes after both.
  await publisher.publishAsync('any', 'x', { qos: 1 });
  await server.stop();
  expect(collector.spans.filter(({ name }) => name === 'publish')).toHaveLength(2);
  expect(collector.spans.some(({ name }) => name === 'deliver')).toBe(false);

  collector.spans.length = 0;
  await start('0');
  const userProperties = { traceparent: `00-${TRACE}-${PUBLISHER_SPAN}-01` };
  const silent = await connect('silent');
  await silent.publishAsync('any', 'x', { qos: 1, properties: { userProperties } });
  await server.stop();
  expect(collector.spans).toEqual([]);
}, 30_000);
