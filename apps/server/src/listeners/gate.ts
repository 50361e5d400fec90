import type { RequestListener, ServerResponse } from 'node:http';
import { plainProblem, PROBLEM_TYPE } from '../plain-problem.ts';
import type { Readiness } from '../readiness.ts';
import type { Upgradable } from './http.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';

/** What is behind the gate while it is open. */
interface Inside {
  handle: RequestListener;
  /** By their path. */
  webSockets: ReadonlyMap<string, Upgradable>;
}

const RETRY_AFTER_SECONDS = 5;

/**
 * Stands between the HTTP ports and the control plane. While that is not there yet, or not any more, it answers itself:
 * that the process is alive, why it is not ready, and everything else with 503.
 */
export class Gate {
  private inside: Inside | null = null;

  constructor(private readonly readiness: Readiness) {}

  open(handle: RequestListener, webSockets: ReadonlyMap<string, Upgradable>): void {
    this.inside = { handle, webSockets };
  }

  close(): void {
    this.inside = null;
  }

  readonly handle: RequestListener = (request, response) => {
    if (this.inside !== null) return this.inside.handle(request, response);
    const path = request.url?.split('?')[0];
    if (path === '/healthz') return send(response, 200, 'application/json', { status: 'ok' });
    if (path === '/readyz') {
      const { status, body } = this.readiness.answer();
      return send(response, status, 'application/json', body);
    }
    const { detail } = this.readiness.checks().server;
    response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    send(response, 503, PROBLEM_TYPE, { ...plainProblem(503, detail), title: 'The server is not ready' });
  };

  /** For upgrades at a path. */
  at(path: string): Upgradable {
    return {
      handleUpgrade: (request, socket, head) => {
        const target = this.inside?.webSockets.get(path);
        if (target === undefined) refuseUpgrade(socket, 503);
        else target.handleUpgrade(request, socket, head);
      },
    };
  }
}

function send(response: ServerResponse, status: number, type: string, body: object): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
