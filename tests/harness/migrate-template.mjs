// A process of its own, because Prisma's schema engine keeps a timer of ten seconds, which would hold up the end of jest.
import { migrate } from '@restante/database';

await migrate(process.env.DATABASE_URL);
process.exit(0);
