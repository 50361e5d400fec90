import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config.ts';

/** One JSON object a line, to standard output or where it is told to. */
export function createLog(level: Config['logLevel'], destination?: DestinationStream): Logger {
  const options = { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Writes everything from now on, or, if that is so, what is written by configuration. */
export function toggleDebug(log: Logger, configured: Config['logLevel']): void {
  log.level = log.level === 'debug' ? configured : 'debug';
  log.warn({ newLevel: log.level }, 'The level of the log was changed');
}
