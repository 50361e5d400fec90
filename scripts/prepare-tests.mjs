/**
 * Sees to it that what the tests need beside npm is there: a Chromium, OpenSSL, curl, and MQTT clients of others.
 * On Debian and its kin, as root, it is installed; elsewhere it is named and nothing is done.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const NEEDS = [
  {
    what: 'Chromium (or CHROMIUM_PATH)',
    debianPackage: 'chromium',
    isThere: () => existsSync(process.env.CHROMIUM_PATH || '/usr/bin/chromium'),
  },
  {
    what: "Mosquitto's clients (mosquitto_sub, mosquitto_pub)",
    debianPackage: 'mosquitto-clients',
    isThere: () => runs('mosquitto_sub', ['--help'], [0, 1]),
  },
  {
    what: "paho's clients in C (paho_c_sub, paho_c_pub)",
    debianPackage: 'paho.mqtt.c-examples',
    // Without a topic they print how they are used.
    isThere: () => runs('paho_c_sub', ['-h'], [0, 1]) && runs('paho_c_pub', ['-h'], [0, 1]),
  },
  {
    what: 'curl',
    debianPackage: 'curl',
    isThere: () => runs('curl', ['--version'], [0]),
  },
  {
    what: 'OpenSSL (openssl)',
    debianPackage: 'openssl',
    isThere: () => runs('openssl', ['version'], [0]),
  },
  {
    what: 'Python 3 with paho-mqtt',
    debianPackage: 'python3-paho-mqtt',
    isThere: () =>
      ['/usr/bin/python3', 'python3'].some((python) => runs(python, ['-c', 'import paho.mqtt.client'], [0])),
  },
];

const missing = NEEDS.filter(({ isThere }) => !isThere());
if (missing.length > 0) {
  if (process.getuid?.() !== 0 || !runs('apt-get', ['--version'], [0])) giveUp(missing);
  install(missing.map(({ debianPackage }) => debianPackage));
  const stillMissing = missing.filter(({ isThere }) => !isThere());
  if (stillMissing.length > 0) giveUp(stillMissing);
}

function install(packages) {
  process.stdout.write(`Installing ${packages.join(', ')} …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
}

function giveUp(needs) {
  process.stderr.write(`The tests need what is not here: ${needs.map(({ what }) => what).join('; ')}.\n`);
  process.exit(1);
}

/** Whether the command can be run and ends with one of these codes. */
function runs(command, args, codes) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return codes.includes(0);
  } catch (error) {
    return codes.includes(error.status);
  }
}
