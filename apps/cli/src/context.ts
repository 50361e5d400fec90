import type { ApiClient, LiveClient } from '@restante/api-client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Readable } from 'node:stream';
import type { Output } from './output.ts';

/** What every command has. */
export interface Context {
  program: Command;
  /** @throws Error when there is no key */
  api: () => ApiClient;
  /** What changes, as it changes. */
  live: () => LiveClient;
  /** What lies at a path, from `/api/v1` on, and is no JSON. */
  file: (path: string) => Promise<ReadableStream<Uint8Array>>;
  output: Output;
  stdin: Readable;
}

/** Of a list, unless it is asked for more. */
const DEFAULT_LIMIT = 50;
/** Of one request. */
const MAX_PAGE = 500;

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export function time(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('It must be a time, as 2026-07-01T12:00:00Z.');
  return at.toISOString();
}

export function limitOption(): Option {
  return new Option('--limit <count>', 'items at the most').argParser(wholeNumber).default(DEFAULT_LIMIT);
}

/** The first `limit` items of a list, page by page. */
export async function pages<Item>(
  limit: number,
  page: (query: { limit: number; after?: string }) => Promise<{ items: Item[]; next: string | null }>,
): Promise<Item[]> {
  const found: Item[] = [];
  let after: string | undefined;
  while (found.length < limit) {
    const { items, next } = await page({ limit: Math.min(limit - found.length, MAX_PAGE), after });
    found.push(...items);
    if (next === null) break;
    after = next;
  }
  return found;
}
