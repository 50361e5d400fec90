import type { components } from './schema.ts';

type Schemas = components['schemas'];

/** A tenant as lists show it, with the numbers of its sessions. */
export type Tenant = Schemas['TenantListItem'];
export type TenantDetail = Schemas['TenantView'];
export type NewTenant = Schemas['CreateTenant'];
export type TenantChange = Schemas['UpdateTenant'];
export type Overview = Schemas['OverviewView'];
export type Session = Schemas['SessionView'];
export type SessionDetail = Schemas['SessionDetailView'];
export type SessionEvent = Schemas['SessionEventView'];
export type Subscription = Schemas['SubscriptionView'];
export type Inflight = Schemas['InflightView'];
/** What changes of a session, as it is watched among many. */
export type LiveSession = Schemas['LiveSession'];
export type SessionChanges = Schemas['SessionChanges'];
export type Message = Schemas['MessageView'];
/** A topic, or all topics that begin with the same levels, with what came to it. */
export type TopicTraffic = Schemas['TopicView'];
/** A level of the tree of retained messages. */
export type RetainedTopic = Schemas['RetainedTopicView'];
/** A subscription with the session that has it. */
export type TenantSubscription = Schemas['TenantSubscriptionView'];
export type TailedMessages = Schemas['TailedMessages'];
/** Columns of equal length, for charts. */
export type History = Schemas['HistoryView'];
/** How the server and its PostgreSQL do. */
export type Health = Schemas['HealthView'];
export type Credential = Schemas['CredentialView'];
/** A credential with its secret, which no later answer repeats. */
export type IssuedCredential = Schemas['IssuedCredential'];
export type NewCredential = Schemas['CreateCredential'];
export type ChangedCredential = Schemas['UpdateCredential'];
/** What became of each line of an import, with the secrets that were issued. */
export type ImportResult = Schemas['ImportResult'];
export type ImportedLine = Schemas['ImportedLine'];
export type AccessRule = Schemas['AclRuleBody'];
/** Access rules that credentials share. */
export type AccessRole = Schemas['RoleView'];
export type AccessQuestion = Schemas['CheckAccess'];
export type AccessDecision = Schemas['AccessDecision'];
export type Policy = Schemas['PolicyView'];
/** What a policy's change would do now. */
export type PolicyDryRun = Schemas['PolicyDryRun'];
export type Person = Schemas['MeView'];
export type OwnLogin = Schemas['OwnLogin'];
/** What an authenticator needs, which no later answer repeats. */
export type TwoFactorSetup = Schemas['TwoFactorSetup'];
/** What whoever asks may do in a tenant. */
export type Permissions = Schemas['PermissionsView'];
export type Usage = Schemas['UsageView'];
export type UsageOfQuota = Schemas['UsageOfQuota'];
export type QueuedMessage = Schemas['QueuedMessageView'];
export type ChangedSessions = Schemas['ChangedSessions'];
/** What a deletion of absent sessions took, or would take. */
export type DeletedSessions = Schemas['DeletedSessions'];
export type RewoundSession = Schemas['RewoundSession'];
/** What did not arrive within a minute, of one client, topic and reason. */
export type LedgerLine = Schemas['LedgerLine'];
export type LedgerSum = Schemas['LedgerSum'];
export type LedgerSummary = Schemas['LedgerSummary'];
export type DeadLetter = Schemas['DeadLetterView'];
/** Dead letters that could not be queued again, and why. */
export type LeftDeadLetters = Schemas['LeftDeadLetters'];
export type Webhook = Schemas['WebhookView'];
export type NewWebhook = Schemas['CreateWebhook'];
/** A webhook with its signing secret, which no later answer repeats. */
export type IssuedWebhook = Schemas['IssuedWebhook'];
export type WebhookTest = Schemas['WebhookTest'];
export type WebhookDelivery = Schemas['WebhookDeliveryView'];
export type AuditEntry = Schemas['AuditEntryView'];
export type Member = Schemas['MemberView'];
export type Invitation = Schemas['InvitationView'];
/** An invitation with its token, which no later answer repeats. */
export type IssuedInvitation = Schemas['IssuedInvitation'];
export type NewInvitation = Schemas['InviteMember'];
/** Of the platform. */
export type Administrator = Schemas['AdministratorView'];
export type CertificateAuthority = Schemas['CertificateAuthorityView'];
export type NewCertificateAuthority = Schemas['CreateCertificateAuthority'];
export type ChangedCertificateAuthority = Schemas['UpdateCertificateAuthority'];
/** A certificate that is good no longer. */
export type RevokedCertificate = Schemas['RevokedCertificateView'];
export type TokenIssuer = Schemas['TokenIssuerView'];
export type NewTokenIssuer = Schemas['CreateTokenIssuer'];
export type ChangedTokenIssuer = Schemas['UpdateTokenIssuer'];
export type ApiKey = Schemas['ApiKeyView'];
/** A key with its secret, which no later answer repeats. */
export type IssuedApiKey = Schemas['IssuedApiKey'];
export type NewApiKey = Schemas['CreateTenantApiKey'];
