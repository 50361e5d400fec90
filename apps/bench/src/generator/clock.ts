/** Microseconds of the machine's monotonic clock: the same in every thread and process. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}
