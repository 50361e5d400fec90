/** `npm run demo`: devices of the tenant `demo` that come and go, so that there is something to see in the dashboard. */
import { Device, type Tally } from './device.ts';
import { Installation, InstallationError } from './installation.ts';
import { readOptions, USAGE, UsageError } from './options.ts';
import { devicesOfTown } from './town.ts';

const TELL_EVERY_MS = 5_000;
/** Devices come one after the other, all of them within so long. */
const ARRIVAL_MS = 5_000;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === null) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());

  const installation = new Installation();
  try {
    const login = await installation.login(ending);
    const tally: Tally = { online: 0, published: 0, received: 0, failed: 0, lastFailure: '' };
    const habits = devicesOfTown(options.devices);
    process.stdout.write(`${habits.length} devices of the tenant demo come and go. Ctrl-C stops it.\n`);
    const telling = setInterval(() => tell(tally, habits.length), TELL_EVERY_MS);
    await Promise.all(
      habits.map(async (habit, index) => {
        const device = new Device(habit, login, options.pace, tally);
        await device.live(ending.signal, (index * ARRIVAL_MS) / habits.length);
      }),
    );
    clearInterval(telling);
    tell(tally, habits.length);
    return 0;
  } finally {
    await installation.stop();
  }
}

function tell({ online, published, received, failed, lastFailure }: Tally, devices: number): void {
  const trouble = failed === 0 ? '' : `, ${failed} failures (the last: ${lastFailure})`;
  process.stdout.write(
    `${online} of ${devices} online, ${published} messages published, ${received} received${trouble}\n`,
  );
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const isForPeople = error instanceof UsageError || error instanceof InstallationError;
    const { message, stack } = error as Error;
    process.stderr.write(`${isForPeople ? message : stack}\n`);
    process.exit(1);
  },
);
