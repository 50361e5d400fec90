/** What each picture shows, by its name; docs/DASHBOARD.md says it above the picture. */
export const CAPTIONS: Record<string, string> = {
  login: 'People log in with their e-mail address and password, and a second factor if they have set one up.',
  overview:
    'How a tenant is doing: sessions, queues, rates, and which queues overflow, grow or expire first.',
  wall: 'A pigeonhole for every session, filled as its queue is. Click one to open the session.',
  sessions: 'The same sessions as a table: search, filter, sort, and change many together.',
  topics: 'The topics messages arrive on, as a tree with rates, and the messages as they are published.',
  retained:
    'Retained messages as a tree. Delete one, or all that a filter matches, after seeing what would be lost.',
  subscriptions: 'Who has subscribed to what, and who would get a topic.',
  'try-it': 'An MQTT client in the browser. Take it offline, and see what waits for it when it returns.',
  ledger: 'What did not arrive, by reason, client and topic.',
  'dead-letters': 'Lost messages that were kept, to be read and queued again.',
  credentials: 'What devices log in with. Issue them one by one or import them from a file.',
  policies:
    'The limits of sessions, in plain words. You are told what a change would drop before you save it.',
  access: 'Who may publish and subscribe to what. The tester names the rule that decides.',
  certificates: 'Authorities whose certificates let devices in, and the certificates they have revoked.',
  'token-issuers': 'Identity providers whose tokens let devices in.',
  webhooks: 'URLs that are told about events, with every delivery.',
  members: 'People who have a role in the tenant, and those who are invited.',
  'api-keys': 'Keys for programs, each with a role and an expiry.',
  audit: 'Every change: who made it, when, from where, and what it changed.',
  session: 'One session: its queue message by message, and everything you can do to it.',
  credential: 'One credential: its settings, and programs to paste into a device.',
  palette: 'Ctrl+K goes anywhere; every page also has a key of its own.',
  'first-run': 'From an empty tenant to its first message.',
  'platform-home':
    'For platform administrators: all tenants together, and the health of the server and PostgreSQL.',
  'platform-tenants': 'All tenants, with what they use.',
  'platform-administrators': 'The people who may do everything.',
  'platform-api-keys': 'Keys for programs that manage the whole platform.',
  'platform-audit': 'Changes in all tenants and of the platform.',
  'platform-account': 'Your own password, second factor and logins.',
};
