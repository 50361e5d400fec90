/** What has come is handled within about so many frames: a second's news of a great tenant, before the next. */
const FRAMES = 24;
/** Without frames (the page is hidden, or very busy) it is handled nonetheless. */
const LONGEST_WAIT_MS = 250;

/**
 * The class of WebSockets that hand messages on a few in each frame, in their order. Fifty come at once with the news of
 * 50,000 sessions: handled one after the other they would hold up what moves on the screen. (A class that is made when
 * it is wanted: where pages are rendered on the server, Node.js may have no WebSocket to extend.)
 */
export function pacedSocket(): typeof WebSocket {
  return class PacedSocket extends WebSocket {
    private readonly waiting: MessageEvent[] = [];
    private frame: number | undefined;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private handler: ((event: MessageEvent) => void) | null = null;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', (event) => {
        this.waiting.push(event);
        this.schedule();
      });
      // Nobody waits any more for what came before.
      this.addEventListener('close', () => {
        this.waiting.length = 0;
        this.unschedule();
      });
    }

    override set onmessage(handler: ((event: MessageEvent) => void) | null) {
      this.handler = handler;
    }

    override get onmessage(): ((event: MessageEvent) => void) | null {
      return this.handler;
    }

    private schedule(): void {
      if (this.frame !== undefined || this.waiting.length === 0) return;
      this.frame = requestAnimationFrame(this.deliver);
      this.timer = setTimeout(this.deliver, LONGEST_WAIT_MS);
    }

    private unschedule(): void {
      if (this.frame !== undefined) cancelAnimationFrame(this.frame);
      clearTimeout(this.timer);
      this.frame = undefined;
    }

    /** However many wait, they become fewer: the more there are, the more are handled. */
    private readonly deliver = (): void => {
      this.unschedule();
      for (const event of this.waiting.splice(0, Math.ceil(this.waiting.length / FRAMES)))
        this.handler?.(event);
      this.schedule();
    };
  };
}
