import { validateTopicFilter } from '@restante/mqtt-codec';
import { DomainError } from '../errors.ts';

/** @throws DomainError `invalid-request`, about the field at `path`, when it is there, and none */
export function checkTopicFilter(topicFilter: string | undefined, path = 'topicFilter'): void {
  if (topicFilter === undefined) return;
  try {
    validateTopicFilter(topicFilter);
  } catch (error) {
    const { message } = error as Error;
    throw new DomainError('invalid-request', message, [{ path, message }]);
  }
}
