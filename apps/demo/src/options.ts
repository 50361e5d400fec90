import { parseArgs } from 'node:util';

const MAX_DEVICES = 1_000;
const MAX_PACE = 100;

export interface Options {
  devices: number;
  /** How many times as fast as in the world devices come, go and publish. */
  pace: number;
}

/** A command line that cannot be followed. The message says what is wrong, for the person who wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run demo -- [--devices 200] [--pace 1]

  --devices  how many devices there are, at most ${MAX_DEVICES}
  --pace     how many times as fast they come, go and publish, at most ${MAX_PACE}`;

/** @returns null when --help was asked for. @throws UsageError */
export function readOptions(args: string[]): Options | null {
  const { devices, pace, help } = parsed(args);
  if (help) return null;
  return {
    devices: wholeNumber('--devices', devices, MAX_DEVICES),
    pace: wholeNumber('--pace', pace, MAX_PACE),
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        devices: { type: 'string', default: '200' },
        pace: { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function wholeNumber(name: string, text: string, greatest: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > greatest)
    throw new UsageError(`${name} must be a whole number from 1 to ${greatest}, not "${text}"`);
  return number;
}
