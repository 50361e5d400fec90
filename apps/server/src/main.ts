import 'reflect-metadata';
import { complain } from './complain.ts';
import { readConfig } from './config.ts';
import { createLog, toggleDebug } from './log.ts';
import { Server } from './server.ts';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const server = new Server(config, log, (error) => {
    log.error({ error: error.message }, 'The broker cannot go on');
    void exit(1);
  });

  let isStopping = false;
  const exit = async (code: number) => {
    if (isStopping) giveUp('Restante was told twice to stop, and stopped at once.');
    isStopping = true;
    const { shutdownMs } = config;
    log.info({ withinSeconds: shutdownMs / 1_000 }, 'The server stops');
    setTimeout(() => giveUp(`Restante did not stop within ${shutdownMs / 1_000} s.`), shutdownMs).unref();
    const isClean = await server.stop();
    if (!isClean) giveUp('Restante stopped, but not all of it as it should: the log says what.');
    process.exit(code);
  };
  process.on('SIGINT', () => void exit(0));
  process.on('SIGTERM', () => void exit(0));
  // The launcher is gone without a word: nobody else would stop this server.
  process.on('disconnect', () => void exit(0));

  // Without a certificate there is nothing to reload, and a terminal that is closed ends the server as ever.
  if (config.tls !== null) process.on('SIGHUP', () => void server.reloadCertificate());

  process.on('SIGUSR2', () => toggleDebug(log, config.logLevel));
  await server.start();
  if (server.firstAdministrator !== null)
    log.info({ administrator: server.firstAdministrator.email }, 'The first administrator was made');
  // The launcher, if there is one, prints the login for people; it is told here, once, and the log is not.
  process.send?.({ ready: true, ports: server.ports, firstAdministrator: server.firstAdministrator });
  const generated = server.firstAdministrator?.generatedPassword;
  if (process.send === undefined && generated) {
    process.stderr.write(
      `First administrator: ${config.adminEmail}, password ${generated} (shown this once)\n`,
    );
  }
}

/** Nothing that was acknowledged is lost by it: that is in the database already. */
function giveUp(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

main().catch((error: unknown) => {
  complain(error);
  process.exit(1);
});
