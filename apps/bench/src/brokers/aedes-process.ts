/** The child process of `aedes.ts`: aedes as its README sets it up, in memory. Says its port, ends with its parent. */
import { createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { HOST } from './listening.ts';

const broker = await Aedes.createBroker();
const server = createServer({ noDelay: true }, broker.handle);
server.listen(Number(process.argv[2]), HOST, 4_096, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
