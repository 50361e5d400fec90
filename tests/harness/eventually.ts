const POLL_MS = 10;

/**
 * What `look` returns as soon as that is neither undefined, null nor false. For what other processes do, where there
 * is no event to wait for.
 *
 * @throws Error after `timeoutMs`, naming `what` and the last error of `look`
 */
export async function eventually<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  timeoutMs = 20_000,
): Promise<NonNullable<Exclude<Found, false>>> {
  let failure = '';
  for (const end = Date.now() + timeoutMs; Date.now() < end;) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false)
        return found as NonNullable<Exclude<Found, false>>;
      failure = '';
    } catch (error) {
      failure = `: ${(error as Error).message}`;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Not within ${timeoutMs} ms: ${what}${failure}`);
}

/** `promise`, or an error that names `what` after `timeoutMs`. */
export async function within<Result>(
  what: string,
  promise: Promise<Result>,
  timeoutMs = 20_000,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${timeoutMs} ms: ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
