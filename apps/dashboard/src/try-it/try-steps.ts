import type { Step } from '../interface/steps.tsx';
import type { TryState } from './try-lines.ts';

/** The product's idea, one thing after another: told by what has happened already. */
export function stepsOf({ filters, lines, phase, returns }: TryState): Step[] {
  const wentAt = lines.find(({ text }) => text.startsWith('Went offline'))?.number ?? Infinity;
  const hasLeft = wentAt !== Infinity;
  const sentAway = lines.some(({ kind, number }) => kind === 'sent' && number > wentAt);
  const isBack = hasLeft && returns > 0 && phase === 'online';
  return [
    { name: 'Subscribe to a topic filter', isDone: filters.length > 0 || hasLeft },
    { name: 'Publish, and see it come back', isDone: lines.some(({ kind }) => kind === 'received') },
    { name: 'Go offline', isDone: hasLeft },
    { name: 'Publish while the client is away: the server keeps it for its session', isDone: sentAway },
    { name: 'Come back: the session is present, and what waited is delivered', isDone: sentAway && isBack },
  ];
}
