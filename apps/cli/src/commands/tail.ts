import { type Context, wholeNumber } from '../context.ts';
import { tailAsDevice, tailAsOperator } from '../tail.ts';

interface TailChoices {
  tenant?: string;
  username?: string;
  password?: string;
  mqtt?: string;
  count?: number;
}

export function addTail({ program, live, output }: Context): void {
  program
    .command('tail <topicFilter>')
    .description('show messages as they arrive; with --json, one line of JSON each')
    .option('--tenant <tenant>', 'with the API key')
    .option('--username <username>', 'as a device instead: its MQTT user name, <tenant>:<user name>')
    .option('--password <password>', 'of the device')
    .option('--mqtt <url>', 'where the device finds MQTT; the /mqtt of --url')
    .option('--count <count>', 'ends after so many', wholeNumber)
    .action(async (topicFilter: string, { tenant, username, password, mqtt, count }: TailChoices) => {
      const { url, json } = program.opts<{ url: string; json?: boolean }>();
      const isJson = json === true;
      const show = (line: string) => output.line(line);
      if (tenant !== undefined) {
        const note = (line: string) => void process.stderr.write(`${line}\n`);
        return tailAsOperator(topicFilter, { tenant, live: live(), count, isJson }, show, note);
      }
      if (username === undefined || password === undefined)
        throw new Error('Whose messages? Give --tenant, or --username and --password of a device');
      const mqttUrl = mqtt ?? `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/mqtt`;
      return tailAsDevice(topicFilter, { url: mqttUrl, username, password, count, isJson }, show);
    });
}
