import { MqttError, ReasonCode } from '@restante/mqtt-codec';

export { MqttError };

/** The database cannot be reached or is not ready; the same call may succeed later. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Another server has taken the store over: this one must stop writing. */
export class StoreFencedError extends Error {
  override readonly name = 'StoreFencedError';
}

/** A publish met a full queue whose policy is `reject-publisher`. */
export function queueFull(): MqttError {
  return new MqttError(ReasonCode.QUOTA_EXCEEDED, 'The queue of a subscriber is full', 'section 3.4.2.1');
}
