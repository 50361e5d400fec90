import type { Message } from '@restante/api-client';

const BYTES_A_LINE = 16;

/** What is here of a message's payload; null: the broker does not have it any more. */
export function payloadBytes({
  payload,
  encoding,
}: Pick<Message, 'payload' | 'encoding'>): Uint8Array | null {
  if (payload === null) return null;
  if (encoding === 'utf8') return new TextEncoder().encode(payload);
  return Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
}

/** The payload in a line of a table. */
export function glance(message: Pick<Message, 'payload' | 'encoding'> | null): string {
  if (message === null || message.payload === null) return '';
  if (message.payload === '') return 'empty';
  return message.encoding === 'utf8' ? message.payload : 'binary';
}

/** The payload as text, or null when it is not UTF-8. */
export function payloadText({ payload, encoding }: Pick<Message, 'payload' | 'encoding'>): string | null {
  return encoding === 'utf8' ? payload : null;
}

/** A JSON text with its structure in lines, or null when it is none: a lone number or word is shown as text as well. */
export function prettyJson(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : null;
  } catch {
    return null;
  }
}

/** Bytes as lines: place, sixteen bytes, and the ASCII characters among them. */
export function hexDump(bytes: Uint8Array): string {
  const lines = [];
  for (let start = 0; start < bytes.length; start += BYTES_A_LINE) {
    const line = [...bytes.subarray(start, start + BYTES_A_LINE)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = line
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    lines.push(`${start.toString(16).padStart(6, '0')}  ${hex.padEnd(BYTES_A_LINE * 3 - 1)}  ${ascii}`);
  }
  return lines.join('\n');
}
