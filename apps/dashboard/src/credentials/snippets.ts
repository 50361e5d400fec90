/** A mosquitto_sub command that connects with a credential, keeps its session (-c) and prints what it gets. */
export function connectLine(host: string, port: number, mqttUsername: string, password: string): string {
  const [, username] = mqttUsername.split(/:(.*)/s);
  const words = ['mosquitto_sub', '-h', host, '-p', String(port), '-u', mqttUsername, '-P', password];
  return [...words, '-i', username, '-c', '-q', '1', '-t', '#', '-v'].map(quoteForShell).join(' ');
}

/** A mosquitto_pub command that publishes one message. */
export function publishLine(host: string, port: number, mqttUsername: string, password: string): string {
  const words = ['mosquitto_pub', '-h', host, '-p', String(port), '-u', mqttUsername, '-P', password];
  return [...words, '-q', '1', '-t', 'hello', '-m', 'Hello'].map(quoteForShell).join(' ');
}

function quoteForShell(word: string): string {
  return /^[\w.:/@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
