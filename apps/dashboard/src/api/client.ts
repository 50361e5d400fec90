import { createApiClient } from '@restante/api-client';

/** The control plane, through this page's own origin (see app/api/[...path]/route.ts). The cookie says who asks. */
export const api = createApiClient({ baseUrl: '' });

/** Most items a list can be asked for at once. */
export const GREATEST_PAGE = 500;
