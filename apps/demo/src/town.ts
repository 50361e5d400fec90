import { randomBytes } from 'node:crypto';
import type { Habit, Publication } from './habit.ts';

/** Sessions of the demo are gone by themselves after this. */
const SESSION_SECONDS = 3_600;
/** Orphans are suspected after half of it. */
const STRAY_SESSION_SECONDS = 600;

/** Shares of all devices; the rest are lockers. */
const SHARES = { van: 0.2, display: 0.1, sorter: 0.05, depot: 0.04, dispatcher: 0.02, stray: 0.03 };

/** The devices of a town's parcel lockers: `count` of them, of each kind one at least. */
export function devicesOfTown(count: number): Habit[] {
  const of = (share: number) => Math.max(1, Math.round(count * share));
  const others = Object.values(SHARES).reduce((sum, share) => sum + of(share), 0);
  const lockers = Math.max(1, count - others);
  const vans = of(SHARES.van);
  return [
    ...many(of(SHARES.dispatcher), (number) => dispatcher(number, vans, lockers)),
    ...many(lockers, locker),
    ...many(vans, van),
    ...many(of(SHARES.display), display),
    ...many(of(SHARES.sorter), sorter),
    ...many(of(SHARES.depot), depot),
    ...many(of(SHARES.stray), stray),
  ];
}

function many(count: number, habit: (number: string) => Habit): Habit[] {
  return Array.from({ length: count }, (_, index) => habit(numeral(index + 1)));
}

function locker(number: string): Habit {
  return {
    clientId: () => `locker-${number}`,
    subscriptions: { [`lockers/${number}/commands/#`]: 1 },
    sessionExpirySeconds: SESSION_SECONDS,
    onlineSeconds: [60, 300],
    awaySeconds: [5, 60],
    lostShare: 0.3,
    will: { topic: `lockers/${number}/presence`, payload: 'lost', qos: 1, retain: true },
    publishes: {
      everySeconds: [5, 20],
      next: () => anyOf([door(number), temperature(number)]),
    },
  };
}

function door(number: string): Publication {
  const payload = JSON.stringify({ box: whole(1, 24), door: anyOf(['open', 'closed']) });
  return { topic: `lockers/${number}/door`, payload, qos: 1, retain: false };
}

function temperature(number: string): Publication {
  const payload = (18 + Math.random() * 6).toFixed(1);
  return { topic: `lockers/${number}/temperature`, payload, qos: 0, retain: true };
}

/** Drives through dead spots: what is sent to it waits, and comes in one go. */
function van(number: string): Habit {
  return {
    clientId: () => `van-${number}`,
    subscriptions: { [`vans/${number}/stops`]: 2, 'vans/all/notices': 1 },
    sessionExpirySeconds: SESSION_SECONDS,
    onlineSeconds: [20, 90],
    awaySeconds: [30, 240],
    lostShare: 0.8,
    will: { topic: `vans/${number}/presence`, payload: 'lost', qos: 0, retain: true },
    publishes: {
      everySeconds: [2, 8],
      next: () => ({ topic: `vans/${number}/position`, payload: position(), qos: 0, retain: true }),
    },
  };
}

/** Shows what is now: it has no session, and misses what it misses. */
function display(number: string): Habit {
  return {
    clientId: () => `display-${number}`,
    subscriptions: { 'lockers/+/presence': 0, 'vans/+/position': 0 },
    sessionExpirySeconds: 0,
    onlineSeconds: [120, 600],
    awaySeconds: [5, 30],
    lostShare: 0.1,
    will: null,
    publishes: null,
  };
}

/** Sorters share the work: each parcel goes to one of them. */
function sorter(number: string): Habit {
  return {
    clientId: () => `sorter-${number}`,
    subscriptions: { '$share/sorting/parcels/#': 1 },
    sessionExpirySeconds: SESSION_SECONDS,
    onlineSeconds: [30, 120],
    awaySeconds: [30, 120],
    lostShare: 0.2,
    will: null,
    publishes: null,
  };
}

/** Hears everything of the lockers, and closes now and then. */
function depot(number: string): Habit {
  return {
    clientId: () => `depot-${number}`,
    subscriptions: { 'lockers/+/door': 1, 'lockers/+/presence': 1 },
    sessionExpirySeconds: SESSION_SECONDS,
    onlineSeconds: [30, 180],
    awaySeconds: [60, 300],
    lostShare: 0.1,
    will: null,
    publishes: {
      everySeconds: [1, 4],
      next: () => ({ topic: `parcels/${number}`, payload: parcel(), qos: 1, retain: false }),
    },
  };
}

/** Tells vans where to go and lockers what to do, whether they are there or not. */
function dispatcher(number: string, vans: number, lockers: number): Habit {
  return {
    clientId: () => `dispatcher-${number}`,
    subscriptions: {},
    sessionExpirySeconds: SESSION_SECONDS,
    onlineSeconds: [600, 1_200],
    awaySeconds: [2, 5],
    lostShare: 0,
    will: null,
    publishes: {
      everySeconds: [0.1, 0.4],
      next: () => order(numeral(whole(1, vans)), numeral(whole(1, lockers))),
    },
  };
}

function order(van: string, locker: string): Publication {
  const stop = JSON.stringify({ locker, parcels: whole(1, 9) });
  return anyOf<Publication>([
    { topic: `vans/${van}/stops`, payload: stop, qos: 2, retain: false },
    { topic: `vans/${van}/stops`, payload: stop, qos: 1, retain: false },
    { topic: `lockers/${locker}/commands/unlock`, payload: String(whole(1, 24)), qos: 1, retain: false },
  ]);
}

/** A program under test somewhere, that takes a new name at each start: it leaves orphans behind. */
function stray(): Habit {
  return {
    clientId: () => `mqttjs_${randomBytes(4).toString('hex')}`,
    subscriptions: { 'vans/+/stops': 1 },
    sessionExpirySeconds: STRAY_SESSION_SECONDS,
    onlineSeconds: [1, 10],
    awaySeconds: [60, 240],
    lostShare: 1,
    will: null,
    publishes: null,
  };
}

function numeral(number: number): string {
  return String(number).padStart(3, '0');
}

function position(): string {
  return JSON.stringify({ lat: 48.2 + Math.random() / 10, lon: 16.3 + Math.random() / 10 });
}

function parcel(): string {
  return JSON.stringify({ parcel: randomBytes(5).toString('hex'), grams: whole(50, 20_000) });
}

function whole(least: number, most: number): number {
  return least + Math.floor(Math.random() * (most - least + 1));
}

function anyOf<Item>(items: Item[]): Item {
  return items[whole(0, items.length - 1)];
}
