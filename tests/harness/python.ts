import { execFileSync } from 'node:child_process';

/** A Python that has paho: Debian's is asked first, since another one in the PATH does not see Debian's packages. */
export function findPython(): string {
  for (const python of ['/usr/bin/python3', 'python3']) {
    try {
      execFileSync(python, ['-c', 'import paho.mqtt.client'], { stdio: 'ignore' });
      return python;
    } catch {
      // The next one.
    }
  }
  throw new Error('No python3 has paho-mqtt: run scripts/prepare-tests.mjs');
}
