export {
  type Authorize,
  type EnhancedLogin,
  type EnhancedStep,
  type Identity,
  type Login,
  type LoginResult,
  type Permit,
} from './authentication.ts';
export { Broker, type BrokerOptions } from './broker.ts';
export * from './figures/engine-figures.ts';
export { Histogram } from './figures/histogram.ts';
export {
  MqttError,
  type PublishRefusal,
  PublishRefusedError,
  StoreFencedError,
  StoreUnavailableError,
} from './errors.ts';
export { giveWay } from './giving-way.ts';
export * from './inspection/inspection.ts';
export * from './dead-letters/dead-letter.ts';
export * from './ledger/drop.ts';
export * from './ledger/drop-query.ts';
export { bySubscription } from './inspection/lists/subscription-order.ts';
export { Message, NEVER, type Publication } from './message.ts';
export * from './observation/occurrences.ts';
export {
  capPolicy,
  DEFAULT_POLICY,
  type Overflow,
  PLATFORM_CAPS,
  type Policy,
  type QueueLimits,
  queueLimits,
} from './policy.ts';
export * from './ports.ts';
export * from './quotas/quotas.ts';
export * from './receipts/receipt.ts';
export { RecentlyUsed } from './routing/recently-used.ts';
