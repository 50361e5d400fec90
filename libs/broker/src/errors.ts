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

/** Why a message is not taken: a queue under `reject-publisher` is full, or the tenant has as much as it may. */
export type PublishRefusal = 'queue-full' | 'quota-exceeded';

const REFUSALS: Record<PublishRefusal, string> = {
  'queue-full': 'The queue of a subscriber is full',
  'quota-exceeded': 'A quota of the tenant is reached',
};

/** Nobody has got the message, nor is it retained. */
export class PublishRefusedError extends MqttError {
  constructor(readonly refusal: PublishRefusal) {
    super(ReasonCode.QUOTA_EXCEEDED, REFUSALS[refusal], 'section 3.4.2.1');
  }
}
