import { validateTopicFilter, validateTopicName } from '@restante/mqtt-codec';
import { DomainError } from '../errors.ts';

/** @throws DomainError `invalid-request`, about the field at `path`, when it is there, and none */
export function checkTopicFilter(topicFilter: string | undefined, path = 'topicFilter'): void {
  check(validateTopicFilter, topicFilter, path);
}

/** @throws DomainError `invalid-request`, about the field at `path`, when it is there, and none */
export function checkTopicName(topic: string | undefined, path: string): void {
  check(validateTopicName, topic, path);
}

function check(validate: (text: string) => void, text: string | undefined, path: string): void {
  if (text === undefined) return;
  try {
    validate(text);
  } catch (error) {
    const { message } = error as Error;
    throw new DomainError('invalid-request', message, [{ path, message }]);
  }
}
