import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HOST, isAnyAddress } from './host.mjs';

/** Says where everything is, to programs (ports.json) and to people. */
export async function announce({ ports, firstAdministrator }, dashboardUrl, dataDirectory) {
  const file = path.join(dataDirectory, 'ports.json');
  await writeFile(
    `${file}.new`,
    `${JSON.stringify({ ...ports, dashboard: Number(new URL(dashboardUrl).port) })}\n`,
  );
  await rename(`${file}.new`, file);

  const host = isAnyAddress(HOST) ? 'localhost' : HOST;
  const passwordFile = path.join(dataDirectory, 'demo-password');
  const relative = path.relative(process.cwd(), passwordFile);
  const password = relative.startsWith('..') ? passwordFile : relative;
  const login = `-h ${host} -p ${ports.mqtt} -u demo:device -P "$(cat ${password})"`;
  const lines = [
    '',
    'Restante is running.',
    '',
    `  Dashboard   ${dashboardUrl}`,
    `  MQTT        mqtt://${host}:${ports.mqtt}, ws://${host}:${ports.http}/mqtt`,
    ...tlsLines(host, ports),
    `  REST        http://${host}:${ports.http}/api/v1  (documentation: http://${host}:${ports.http}/api/docs)`,
    `  PostgreSQL  ${ports.postgres === null ? 'DATABASE_URL' : `127.0.0.1:${ports.postgres} (embedded)`}`,
    `  Data        ${dataDirectory}`,
    '',
    ...administratorLines(firstAdministrator),
    ...(await demoLines(password, login)),
    'Ctrl-C stops it.',
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

function tlsLines(host, { mqtts, https }) {
  if (mqtts === null) return [];
  return [`  over TLS    mqtts://${host}:${mqtts}, wss://${host}:${https}/mqtt, https://${host}:${https}`];
}

function administratorLines(administrator) {
  if (administrator === null) return [];
  const { email, generatedPassword } = administrator;
  const password =
    generatedPassword === null
      ? 'as given in RESTANTE_ADMIN_PASSWORD'
      : `${generatedPassword}   (shown this once)`;
  return ['  First administrator', `    e-mail    ${email}`, `    password  ${password}`, ''];
}

async function demoLines(passwordFile, login) {
  const isThere = await readFile(passwordFile).then(
    () => true,
    () => false,
  );
  if (!isThere) return [];
  return [
    '  Try it, in two other terminals in this folder:',
    `    mosquitto_sub ${login} -i hall -c -q 1 -t 'home/#' -v`,
    `    mosquitto_pub ${login} -q 1 -t home/door -m open`,
    '',
  ];
}
