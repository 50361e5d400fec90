/** A tenant with very many absent sessions, each with a topic and a queue of its own. */
import type { LoadGenerator } from '../generator/load-generator.ts';
import { publishersOf, subscribersOf } from '../scenarios/absence.ts';
import { checksOf } from '../scenarios/scenario.ts';

/** Connected at a time. */
const CROWD = 5_000;
const WINDOW = 100;

export interface Absentees {
  sessions: number;
  /** In each queue. */
  messages: number;
}

/** @param say told of the progress, in a few words */
export async function establishMany(
  generator: LoadGenerator,
  runId: string,
  { sessions, messages }: Absentees,
  say: (text: string) => void,
): Promise<void> {
  const absence = { sessions, topics: sessions, messages, qos: 1, window: WINDOW } as const;
  const plans = subscribersOf(runId, absence, 'persistent');
  for (let first = 0; first < sessions; first += CROWD) {
    await generator.connect(plans.slice(first, first + CROWD));
    await generator.disconnect();
    const done = Math.min(sessions, first + CROWD);
    if (done % (CROWD * 20) === 0 || done === sessions) say(`${done} sessions`);
  }
  await generator.connect(publishersOf(runId, absence));
  const published = await generator.exchange();
  checksOf(published);
  if (published.acknowledged < published.sent) throw new Error('Not all messages were answered');
  await generator.disconnect();
  say(`${published.acknowledged} messages`);
}
