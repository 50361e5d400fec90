// A process of its own, because Prisma's schema engine keeps a timer of ten seconds, which would hold up the end of jest.
import { migrate } from '@restante/database';

const { DATABASE_URL, ONLY } = process.env;
try {
  process.stdout.write(JSON.stringify(await migrate(DATABASE_URL, ONLY && JSON.parse(ONLY))));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: error.name, message: error.message }));
}
process.exit(0);
