import { createApiClient } from '@restante/api-client';

/** The control plane, through this page's own origin (see app/api/[...path]/route.ts). The cookie says who asks. */
export const api = createApiClient({ baseUrl: '' });

/** How often what is live is read again while somebody looks at it. */
export const LIVE_MS = 1_000;

/** How often what people change by hand is read again. */
export const SETTLED_MS = 10_000;

/** Most items a list can be asked for at once. */
export const GREATEST_PAGE = 500;
