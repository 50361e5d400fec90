import { type Logger } from '@restante/broker';
import { pino } from 'pino';
import { type Config } from './config.ts';

/** One JSON line each, to standard output. */
export function createLog(level: Config['logLevel']): Logger {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime });
}
