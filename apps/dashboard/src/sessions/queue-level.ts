/** How full a queue looks, 0 to 1, on a logarithmic scale: ten messages of ten thousand show, and so does the last tenth. */
export function queueLevel(queuedMessages: number, maxQueuedMessages: number): number {
  return Math.min(1, Math.log1p(queuedMessages) / Math.log1p(maxQueuedMessages));
}

/** The queue is at its limit: what comes now costs a message. */
export function isOverflowing(queuedMessages: number, maxQueuedMessages: number): boolean {
  return queuedMessages >= maxQueuedMessages;
}
