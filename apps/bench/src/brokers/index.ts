import { aedes } from './aedes.ts';
import type { BrokerKind } from './broker.ts';
import { mosquitto, mosquittoPersist } from './mosquitto.ts';
import { restante } from './restante.ts';

/** In the order of the table's columns; the first is what the others are compared with. */
export const BROKERS: readonly BrokerKind[] = [restante, mosquitto, mosquittoPersist, aedes];
