export { MqttError } from '@restante/mqtt-codec';

/** The database cannot be reached or is not ready; the same call may succeed later. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** Another server has taken the store over: this one must stop writing. */
export class StoreFencedError extends Error {
  override readonly name = 'StoreFencedError';
}
