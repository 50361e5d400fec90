import { createApiClient } from '@restante/api-client';
import { noteServerTime } from '@/format/clock.ts';

/** The control plane, through this page's own origin (see app/api/[...path]/route.ts). The cookie says who asks. */
export const api = createApiClient({ baseUrl: '' });
api.use({ onResponse: ({ response }) => noteServerTime(response.headers.get('date')) });

/** Most items a list can be asked for at once. */
export const GREATEST_PAGE = 500;
