// A process of its own, because Prisma's schema engine keeps a timer of ten seconds, which would hold up the end of jest.
import { migrate } from '@restante/database';

try {
  process.stdout.write(JSON.stringify(await migrate(process.env.DATABASE_URL)));
} catch (error) {
  process.stdout.write(JSON.stringify({ error: error.name, message: error.message }));
}
process.exit(0);
