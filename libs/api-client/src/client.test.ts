import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, ApiProblem, ApiUnreachable, createApiClient, done } from './index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe('the client of the control plane', () => {
  let server: Server;
  let baseUrl: string;
  let respond: Answer;

  beforeEach(async () => {
    server = createServer((request, response) => respond(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  const json = (response: ServerResponse, status: number, body: object, type = 'application/json') =>
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

  const getSession = (clientId: string, timeoutMs?: number) =>
    answer(
      createApiClient({ baseUrl, apiKey: 'key', timeoutMs }).GET(
        '/api/v1/tenants/{tenant}/sessions/{clientId}',
        {
          params: { path: { tenant: 'acme', clientId } },
        },
      ),
    );

  it('encodes a client identifier as one part of the path', async () => {
    let url: string | undefined;
    respond = (request, response) => {
      ({ url } = request);
      json(response, 200, { clientId: 'site/1 %é' });
    };
    await expect(getSession('site/1 %é')).resolves.toMatchObject({ clientId: 'site/1 %é' });
    expect(url).toBe('/api/v1/tenants/acme/sessions/site%2F1%20%25%C3%A9');
  });

  it('shows the API key as a bearer token', async () => {
    respond = ({ headers }, response) => json(response, 200, { clientId: headers.authorization ?? '' });
    await expect(getSession('a')).resolves.toMatchObject({ clientId: 'Bearer key' });
  });

  it('turns a problem detail into an error with its code, detail and fields', async () => {
    const errors = [{ path: 'slug', message: 'slug must be lower-case' }];
    const problem = {
      title: 'Not valid',
      status: 400,
      detail: 'slug must be lower-case',
      code: 'invalid-request',
      errors,
    };
    respond = (_, response) => json(response, 400, problem, 'application/problem+json');
    const failure = await answer(
      createApiClient({ baseUrl }).POST('/api/v1/tenants', { body: { slug: 'A' } }),
    ).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiProblem);
    expect(failure).toMatchObject({
      status: 400,
      code: 'invalid-request',
      message: 'slug must be lower-case',
      errors,
    });
  });

  it('makes a problem of an error that is no problem detail', async () => {
    respond = (_, response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    await expect(getSession('a')).rejects.toMatchObject({
      name: 'ApiProblem',
      status: 502,
      code: 'http-502',
    });
  });

  it('accepts an answer without a body where none is due', async () => {
    respond = (_, response) => response.writeHead(204).end();
    await expect(done(createApiClient({ baseUrl }).POST('/api/v1/logout'))).resolves.toBeUndefined();
  });

  it('says that the server is unreachable when it does not answer in time', async () => {
    respond = () => undefined;
    await expect(getSession('a', 50)).rejects.toMatchObject({
      name: 'ApiUnreachable',
      message: 'The server did not answer within 0.05 s',
    });
  });

  it('says that the server is unreachable when nothing listens', async () => {
    respond = () => undefined;
    await new Promise((resolve) => server.close(resolve));
    await expect(getSession('a')).rejects.toThrow(ApiUnreachable);
  });
});
